package pm

import java.time.LocalDate

/** Commands about sprints. A sprint is named by its id; `query.sprints` tells it. */
sealed interface SprintCommands : Commands {
    /** Plans a sprint. */
    fun createSprint(
        project: String,
        name: String,
        goal: String = "",
        startDate: LocalDate? = null,
        endDate: LocalDate? = null,
        id: String? = null,
        commandId: String? = null,
    ): PartResult = one(Change.CreateSprint(NewSprint(id, project, name, goal, startDate, endDate)), commandId)

    /** Changes a sprint; what is not named stays. */
    fun updateSprint(
        sprint: String,
        vararg changes: SprintChange,
        expectedVersion: Long? = null,
        commandId: String? = null,
    ): PartResult = one(Change.UpdateSprint(sprint, changes.toList()), commandId, expectedVersion)

    /** Starts a planned sprint and stores its commitment. */
    fun startSprint(sprint: String, expectedVersion: Long? = null, commandId: String? = null): PartResult =
        one(Change.StartSprint(sprint), commandId, expectedVersion)

    /** Completes a sprint and stores its result; what is unfinished goes to another one, or out of any. */
    fun completeSprint(
        sprint: String,
        carryTo: String? = null,
        expectedVersion: Long? = null,
        commandId: String? = null,
    ): PartResult = one(Change.CompleteSprint(sprint, carryTo), commandId, expectedVersion)

    /** Cancels a planned or active sprint and clears it of its items. */
    fun cancelSprint(sprint: String, expectedVersion: Long? = null, commandId: String? = null): PartResult =
        one(Change.CancelSprint(sprint), commandId, expectedVersion)

    /** Deletes a sprint and clears it of its items. It can be restored, without them. */
    fun deleteSprint(sprint: String, expectedVersion: Long? = null, commandId: String? = null): PartResult =
        one(Change.DeleteSprint(sprint), commandId, expectedVersion)

    /** Brings a deleted sprint back, without its items. */
    fun restoreSprint(sprint: String, expectedVersion: Long? = null, commandId: String? = null): PartResult =
        one(Change.RestoreSprint(sprint), commandId, expectedVersion)
}
