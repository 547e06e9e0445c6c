/** The user side of the simulator: JSON over HTTP in Telegram's envelope. */
class ApiError extends Error {
  constructor(code, description) {
    super(description);
    this.code = code;
  }
}

async function unwrap(request) {
  let response;
  try {
    response = await request;
  } catch {
    throw new ApiError(0, "The simulator does not answer. Is it still running?");
  }
  const envelope = await response.json().catch(() => null);
  if (!envelope) throw new ApiError(response.status, `The simulator answered ${response.status}.`);
  if (!envelope.ok) throw new ApiError(envelope.error_code, envelope.description);
  return envelope.result;
}

function present(fields) {
  return Object.entries(fields).filter(([, value]) => value !== undefined && value !== null);
}

export function get(path, params = {}) {
  const query = new URLSearchParams(present(params));
  return unwrap(fetch(`/user/${path}?${query}`));
}

export function post(path, body) {
  return unwrap(
    fetch(`/user/${path}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(Object.fromEntries(present(body))),
    }),
  );
}

/** Posts `fields` with `files`, a list of `[part name, File]`. */
export function upload(path, fields, files) {
  const form = new FormData();
  for (const [name, value] of present(fields)) {
    form.append(name, typeof value === "string" ? value : JSON.stringify(value));
  }
  for (const [name, file] of files) form.append(name, file, file.name);
  return unwrap(fetch(`/user/${path}`, { method: "POST", body: form }));
}

export const fileUrl = (fileId) => `/user/file/${encodeURIComponent(fileId)}`;
