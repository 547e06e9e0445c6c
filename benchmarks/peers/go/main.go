// The echo bot in bare Go: net/http, no framework, nothing stored. What a compiled server costs.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
)

type update struct {
	Message *struct {
		Text string `json:"text"`
		Chat struct {
			ID int64 `json:"id"`
		} `json:"chat"`
	} `json:"message"`
}

func main() {
	api := os.Getenv("API_ROOT") + "/bot" + os.Getenv("BOT_TOKEN") + "/sendMessage"
	secret := os.Getenv("WEBHOOK_SECRET")
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 200}}
	http.HandleFunc(os.Getenv("WEBHOOK_PATH"), func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Telegram-Bot-Api-Secret-Token") != secret {
			w.WriteHeader(403)
			return
		}
		var u update
		body, _ := io.ReadAll(r.Body)
		if json.Unmarshal(body, &u) == nil && u.Message != nil {
			out, _ := json.Marshal(map[string]any{"chat_id": u.Message.Chat.ID, "text": "echo " + u.Message.Text})
			answer, err := client.Post(api, "application/json", bytes.NewReader(out))
			if err == nil {
				io.Copy(io.Discard, answer.Body)
				answer.Body.Close()
			}
		}
	})
	fmt.Println(http.ListenAndServe("127.0.0.1:"+os.Getenv("WEBHOOK_PORT"), nil))
}
