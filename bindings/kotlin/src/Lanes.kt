package pm

/**
 * Commands about lanes, for admins of their project. A lane is named by its id, or by its status value together with
 * `project`.
 */
sealed interface LaneCommands : Commands {
    /** Adds a lane, at the end where no place is named. Its status value comes from its name where none is given. */
    fun createLane(
        project: String,
        name: String,
        category: LaneCategory,
        status: String? = null,
        wipLimit: Long? = null,
        place: LanePlace? = null,
        id: String? = null,
        commandId: String? = null,
    ): PartResult = one(Change.CreateLane(project, NewLane(id, name, status, category, wipLimit), place), commandId)

    /** Changes a lane; what is not named stays. */
    fun updateLane(
        lane: String,
        vararg changes: LaneChange,
        project: String? = null,
        expectedVersion: Long? = null,
        commandId: String? = null,
    ): PartResult = one(Change.UpdateLane(LaneTarget(project, lane), changes.toList()), commandId, expectedVersion)

    /** Moves a lane among those of its project. */
    fun moveLane(
        lane: String,
        place: LanePlace,
        project: String? = null,
        expectedVersion: Long? = null,
        commandId: String? = null,
    ): PartResult = one(Change.MoveLane(LaneTarget(project, lane), place), commandId, expectedVersion)

    /** Deletes a lane. Where it holds items, `moveItemsTo` says where they go. */
    fun deleteLane(
        lane: String,
        project: String? = null,
        moveItemsTo: String? = null,
        expectedVersion: Long? = null,
        commandId: String? = null,
    ): PartResult = one(Change.DeleteLane(LaneTarget(project, lane), moveItemsTo), commandId, expectedVersion)

    /** Brings a deleted lane back. */
    fun restoreLane(
        lane: String,
        project: String? = null,
        expectedVersion: Long? = null,
        commandId: String? = null,
    ): PartResult = one(Change.RestoreLane(LaneTarget(project, lane)), commandId, expectedVersion)
}
