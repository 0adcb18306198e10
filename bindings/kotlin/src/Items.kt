package pm

import java.time.Duration
import java.time.LocalDate

/** Commands about items and the dependencies between them. */
sealed interface ItemCommands : Commands {
    /** Makes a work item. The result has its key, such as `PM-12`. */
    fun createItem(
        project: String,
        kind: ItemKind,
        title: String,
        description: String = "",
        lane: String? = null,
        priority: Priority = Priority.NONE,
        assignee: String? = null,
        labels: List<String> = emptyList(),
        points: Double? = null,
        estimate: Duration? = null,
        remaining: Duration? = null,
        startDate: LocalDate? = null,
        dueDate: LocalDate? = null,
        sprint: String? = null,
        parent: String? = null,
        place: Place? = null,
        siblingPlace: Place? = null,
        external: ExternalRef? = null,
        extra: String = "",
        id: String? = null,
        commandId: String? = null,
    ): Made {
        val item = NewItem(
            id, project, kind, title, description, lane, priority, assignee, labels, points, estimate?.seconds,
            remaining?.seconds, startDate, dueDate, sprint, parent, place, siblingPlace, external, extra,
        )
        return made(Change.CreateItem(item), commandId)
    }

    /** Changes fields of an item; what is not named stays. */
    fun updateItem(
        item: String,
        vararg changes: ItemChange,
        expectedVersion: Long? = null,
        commandId: String? = null,
    ): PartResult = one(Change.UpdateItem(item, changes.toList()), commandId, expectedVersion)

    /** Changes lane, order, parent and sprint in one step; what is left out stays. */
    fun moveItem(
        item: String,
        lane: String? = null,
        place: Place? = null,
        parent: ParentChange? = null,
        siblingPlace: Place? = null,
        sprint: SprintAssignment? = null,
        expectedVersion: Long? = null,
        commandId: String? = null,
    ): PartResult {
        val move = ItemMove(item, lane, place, parent, siblingPlace, sprint)
        return one(Change.MoveItem(move), commandId, expectedVersion)
    }

    /** Deletes an item, with `cascade` also everything under it. It can be restored. */
    fun deleteItem(
        item: String,
        cascade: Boolean = false,
        expectedVersion: Long? = null,
        commandId: String? = null,
    ): PartResult = one(Change.DeleteItem(item, cascade), commandId, expectedVersion)

    /** Brings an item back with what was deleted together with it. */
    fun restoreItem(item: String, expectedVersion: Long? = null, commandId: String? = null): PartResult =
        one(Change.RestoreItem(item), commandId, expectedVersion)

    /** Removes a deleted item with its comments and time entries for good; for admins of the tenant. */
    fun purgeItem(item: String, expectedVersion: Long? = null, commandId: String? = null): PartResult =
        one(Change.PurgeItem(item), commandId, expectedVersion)

    /**
     * Relates two items: with [DependencyKind.BLOCKS] the other one waits for the first, with [DependencyKind.RELATES_TO]
     * they have to do with each other. See [block] and [relate].
     */
    fun addDependency(
        kind: DependencyKind,
        one: String,
        other: String,
        id: String? = null,
        commandId: String? = null,
    ): PartResult = one(Change.AddDependency(id, kind, one, other), commandId)

    /** `waiting` waits for `blocker` from now on; [PmException.Cycle] where that would never end. */
    fun block(blocker: String, waiting: String, commandId: String? = null): PartResult =
        addDependency(DependencyKind.BLOCKS, blocker, waiting, commandId = commandId)

    /** Notes that two items have to do with each other. */
    fun relate(one: String, other: String, commandId: String? = null): PartResult =
        addDependency(DependencyKind.RELATES_TO, one, other, commandId = commandId)

    /** Takes a dependency away, by its id; `query.dependencies` tells it. */
    fun removeDependency(dependency: String, expectedVersion: Long? = null, commandId: String? = null): PartResult =
        one(Change.RemoveDependency(dependency), commandId, expectedVersion)
}
