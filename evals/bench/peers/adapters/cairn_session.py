"""cairn-assistant in a conversation, as `cairn chat` holds one, with its default configuration.

- It reads Markdown with an id, a title and a language at the top, so each article becomes such a file: the title is the file's
  name, as many of these texts begin with a web page's menu, and each line is a paragraph, with the blank line around it that
  Markdown wants. Both are the choice that it answers best with.
- Its abstention is `kind = "refusal"`.
- It quotes whole passages, each with the id of its document.
- A conversation is the questions asked before, put to it again: it takes terms over from what it cited then.
"""

from pathlib import Path
from typing import Any

from serving import Ask, cited, serve


def open_cairn(folder: Path) -> tuple[Ask, str]:
    """Write the corpus as Markdown into the working folder, and index that."""
    from cairn.config import Config
    from cairn.index import build_and_write, read_index
    from cairn.session import Session

    config = Config(corpus_path="corpus")
    files = _written(folder, Path(config.corpus_path))
    build_and_write(config.corpus_path, config.index_path)
    index = read_index(config.index_path, config.corpus_path)

    def ask(question: str, history: list[dict[str, str]]) -> dict[str, Any]:
        session = Session()
        for message in history:
            if message["role"] == "user":
                session.ask(message["content"], index, config)
        answer = session.ask(question, index, config).answer
        return {
            "text": answer.text,
            "abstained": answer.kind == "refusal",
            "citations": [cited(files[source.source_id.split("#")[0]], source.text) for source in answer.sources],
        }

    return ask, ""


def _written(folder: Path, corpus: Path) -> dict[str, str]:
    """The file of each document id."""
    corpus.mkdir()
    files = {}
    paths = (path for path in sorted(folder.rglob("*")) if path.suffix in (".txt", ".md"))
    for number, path in enumerate(paths):
        paragraphs = [line for line in path.read_text("utf-8").splitlines() if line.strip()]
        if not paragraphs:
            continue
        top = f"---\nid: article-{number}\ntitle: {path.stem}\nlang: en\n---\n"
        (corpus / f"article-{number}.md").write_text(top + "\n\n".join(paragraphs) + "\n", "utf-8")
        files[f"article-{number}"] = path.relative_to(folder).as_posix()
    return files


if __name__ == "__main__":
    serve(["cairn-assistant"], open_cairn)
