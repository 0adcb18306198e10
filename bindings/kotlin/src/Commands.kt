package pm

/** What a command made that has a key: an item, such as `PM-12`, or a project. */
data class Made(val key: String, val id: String, val version: Long)

/** Who sends commands; the methods are those of [Session]. */
sealed interface Commands {
    /** Commits changes as one command, all or none. What an earlier one makes is `#0`, `#1` … to the later ones. */
    fun execute(
        vararg changes: Change,
        commandId: String? = null,
        expectedVersion: Long? = null,
        origin: Origin? = null,
    ): Outcome
}

internal fun Commands.one(change: Change, commandId: String?, expectedVersion: Long? = null): PartResult =
    execute(change, commandId = commandId, expectedVersion = expectedVersion).results.first()

internal fun Commands.made(change: Change, commandId: String?): Made =
    one(change, commandId).let { Made(it.key ?: it.id, it.id, it.version) }
