"""Commands about comments."""

from __future__ import annotations

from . import _native as native
from ._sender import Sender


class CommentCommands(Sender):
    """Commands about comments. A comment is named by its id; `query.comments` tells it."""

    def add_comment(
        self,
        item: str,
        text: str,
        *,
        reply_to: str | None = None,
        external: native.ExternalRef | None = None,
        id: str | None = None,
        command_id: str | None = None,
    ) -> native.PartResult:
        """Adds a comment in Markdown, or with `reply_to` answers one. `@name` and `KEY-n` in it are mentions."""
        comment = native.NewComment(id=id, item=item, reply_to=reply_to, text=text, external=external)
        return self._one(native.Change.ADD_COMMENT(comment), command_id)

    def edit_comment(
        self, comment: str, text: str, *, expected_version: int | None = None, command_id: str | None = None
    ) -> native.PartResult:
        """Changes the text of a comment of one's own."""
        return self._one(native.Change.EDIT_COMMENT(comment=comment, text=text), command_id, expected_version)

    def delete_comment(
        self, comment: str, *, expected_version: int | None = None, command_id: str | None = None
    ) -> native.PartResult:
        """Deletes a comment; answers to it stay. It can be restored."""
        return self._one(native.Change.DELETE_COMMENT(comment=comment), command_id, expected_version)

    def restore_comment(
        self, comment: str, *, expected_version: int | None = None, command_id: str | None = None
    ) -> native.PartResult:
        """Brings a deleted comment back."""
        return self._one(native.Change.RESTORE_COMMENT(comment=comment), command_id, expected_version)

    def purge_comment(
        self, comment: str, *, expected_version: int | None = None, command_id: str | None = None
    ) -> native.PartResult:
        """Removes the text of a comment for good, everywhere; for admins of the tenant."""
        return self._one(native.Change.PURGE_COMMENT(comment=comment), command_id, expected_version)
