"""Small whole bots, one file each. Run one: `HANDLERS=examples.quiz python app.py`"""
