package pm

/** Commands about comments. A comment is named by its id; `query.comments` tells it. */
sealed interface CommentCommands : Commands {
    /** Adds a comment in Markdown, or answers one. `@name` and `KEY-n` in it are mentions. */
    fun addComment(
        item: String,
        text: String,
        replyTo: String? = null,
        external: ExternalRef? = null,
        id: String? = null,
        commandId: String? = null,
    ): PartResult = one(Change.AddComment(NewComment(id, item, replyTo, text, external)), commandId)

    /** Changes the text of a comment of one's own. */
    fun editComment(comment: String, text: String, expectedVersion: Long? = null, commandId: String? = null): PartResult =
        one(Change.EditComment(comment, text), commandId, expectedVersion)

    /** Deletes a comment; answers to it stay. It can be restored. */
    fun deleteComment(comment: String, expectedVersion: Long? = null, commandId: String? = null): PartResult =
        one(Change.DeleteComment(comment), commandId, expectedVersion)

    /** Brings a deleted comment back. */
    fun restoreComment(comment: String, expectedVersion: Long? = null, commandId: String? = null): PartResult =
        one(Change.RestoreComment(comment), commandId, expectedVersion)

    /** Removes the text of a comment for good, everywhere; for admins of the tenant. */
    fun purgeComment(comment: String, expectedVersion: Long? = null, commandId: String? = null): PartResult =
        one(Change.PurgeComment(comment), commandId, expectedVersion)
}
