#!/usr/bin/env python3
"""What a language model's tool does with the REST interface: learns it, reads a project, takes what is ready, makes an
item and moves it, each under a key of its own, so that a lost answer can be asked for again.

    pm-server serve                                    # prints a token
    examples/llm_rest.py http://127.0.0.1:7420 TOKEN [PROJECT]
"""
import json
import sys
import time
import urllib.error
import urllib.request
import uuid


class Api:
    def __init__(self, url, token):
        self.url, self.token, self.tags = url.rstrip("/"), token, {}

    def ask(self, path, body=None, headers=()):
        """Answers status, text and tag; an error of the server is an answer, too."""
        headers = {"Authorization": f"Bearer {self.token}", **dict(headers)}
        request = urllib.request.Request(self.url + path, body, headers)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, answer.read().decode(), answer.headers.get("ETag")
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode(), error.headers.get("ETag")

    def read(self, path):
        """Reads a resource; what has not changed since the last time is not sent again."""
        tag, known = self.tags.get(path, (None, None))
        status, text, new = self.ask(path, headers={"If-None-Match": tag} if tag else {})
        if status == 304:
            return known
        if status != 200:
            raise SystemExit(f"{path}: {text}")
        self.tags[path] = (new, text)
        return text

    def change(self, *changes, version=None):
        """Runs one command. The key stays the same however often it is sent: it is done once."""
        parts = [{"change": change, "expected_version": version} for change in changes]
        body = json.dumps({"parts": parts}).encode()
        headers = {"Content-Type": "application/json", "Idempotency-Key": str(uuid.uuid4())}
        for wait in (0.25, 1, 4, None):
            try:
                status, text, _ = self.ask("/api/v1/commands", body, headers)
            except (urllib.error.URLError, TimeoutError):
                status, text = 0, "no answer"
            if status not in (0, 408, 429, 500, 503) or wait is None:
                break
            time.sleep(wait)
        answer = json.loads(text) if status else {"code": text}
        if status != 200:
            # A model reads the code and the words, and does something else.
            raise SystemExit(f"refused: {answer['code']}: {answer.get('detail')}")
        return answer


def main(url, token, project=None):
    api = Api(url, token)
    print(api.read("/llms.txt").splitlines()[0])
    if project is None:
        projects = json.loads(api.read("/api/v1/projects"))["projects"]
        if not projects:
            api.change({"type": "create_project", "key": "TRY", "title": "A project to try things in"})
            projects = json.loads(api.read("/api/v1/projects"))["projects"]
        project = projects[0]["project"]["key"]
    context = f"/api/v1/projects/{project}/context?format=markdown&max_tokens=4000"
    print(api.read(context))
    ready = json.loads(api.read(f"/api/v1/projects/{project}/ready?limit=5"))["items"]
    print("ready:", ", ".join(card["key"] for card in ready) or "nothing")
    made = api.change(
        {"type": "create_item", "project": project, "kind": "task", "title": "Look into it", "labels": ["agent"]},
        {"type": "add_comment", "item": "#0", "text": "Made by a program that reads /llms.txt."},
    )["results"][0]
    api.change({"type": "move_item", "item": made["key"], "lane": "in_progress"}, version=made["version"])
    item = json.loads(api.read(f"/api/v1/work-items/{made['key']}"))["detail"]
    print(f"{made['key']} is in {item['lane']['name']} with {item['comments']} comment")


if __name__ == "__main__":
    main(*sys.argv[1:])
