package pm

import java.time.Instant

/** Commands about timers and time entries. */
sealed interface TimeCommands : Commands {
    /** Starts the actor's timer; one that runs is stopped at the same instant. */
    fun startTimer(item: String, note: String = "", id: String? = null, commandId: String? = null): PartResult =
        one(Change.StartTimer(id, item, note), commandId)

    /** Stops the actor's running timer, or the one named. */
    fun stopTimer(entry: String? = null, expectedVersion: Long? = null, commandId: String? = null): PartResult =
        one(Change.StopTimer(entry), commandId, expectedVersion)

    /** Records time by hand; another's with `user`, as an admin of the project. */
    fun addTimeEntry(
        item: String,
        startedAt: Instant,
        endedAt: Instant,
        note: String = "",
        user: String? = null,
        id: String? = null,
        commandId: String? = null,
    ): PartResult = one(Change.AddTimeEntry(NewTimeEntry(id, item, user, startedAt, endedAt, note)), commandId)

    /** Changes a time entry; what is not named stays. */
    fun updateTimeEntry(
        entry: String,
        vararg changes: TimeEntryChange,
        expectedVersion: Long? = null,
        commandId: String? = null,
    ): PartResult = one(Change.UpdateTimeEntry(entry, changes.toList()), commandId, expectedVersion)

    /** Deletes a time entry; a running one is stopped by it. It can be restored. */
    fun deleteTimeEntry(entry: String, expectedVersion: Long? = null, commandId: String? = null): PartResult =
        one(Change.DeleteTimeEntry(entry), commandId, expectedVersion)

    /** Brings a deleted time entry back. */
    fun restoreTimeEntry(entry: String, expectedVersion: Long? = null, commandId: String? = null): PartResult =
        one(Change.RestoreTimeEntry(entry), commandId, expectedVersion)
}
