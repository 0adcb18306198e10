package pm

import java.nio.file.Path
import java.time.Duration
import java.time.Instant
import java.time.LocalDate
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.flowOn
import kotlinx.coroutines.withContext

/** How long one native call waits for events, so that a cancelled flow ends soon. */
private const val SLICE_MS = 200L

/**
 * Commands and questions of a user whom the program vouches for. An admin sees and may do everything, which is what an app
 * of one user wants; a member what projects allow.
 */
fun Tenant.actingAs(
    user: String,
    role: TenantRole = TenantRole.ADMIN,
    kind: ActorKind = ActorKind.HUMAN,
    onBehalfOf: String? = null,
): Session = Session(this, Actor(user, kind, role, onBehalfOf))

/** What a command made that has a key: an item, such as `PM-12`, or a project. */
data class Made(val key: String, val id: String, val version: Long)

/**
 * Commands, questions and events of one actor; made by [actingAs].
 *
 * Every change is a command; the methods here make the frequent ones, [execute] takes any. Items are named by `KEY-n` or id,
 * lanes by status value or id, projects by key or id. A `commandId` makes a command safe to repeat: the same id again
 * returns the first outcome and does nothing. An `expectedVersion` refuses it with [PmException.Conflict] where the entity
 * has moved on.
 */
class Session(val tenant: Tenant, val actor: Actor) : AutoCloseable {
    /** Every question, one method each. */
    val query: Reader = tenant.read(actor)

    /** Lets go of [query]; the tenant stays. */
    override fun close() = query.close()

    /** Runs something that blocks on a thread for that: `session.io { createItem(…) }`. */
    suspend fun <T> io(block: Session.() -> T): T = withContext(Dispatchers.IO) { block() }

    /** Commits changes as one command, all or none. What an earlier one makes is `#0`, `#1` … to the later ones. */
    fun execute(
        vararg changes: Change,
        commandId: String? = null,
        expectedVersion: Long? = null,
        origin: Origin? = null,
    ): Outcome {
        val parts = changes.map { Part(it, expectedVersion, origin) }
        return tenant.execute(Command(commandId ?: newCommandId(), actor, parts))
    }

    private fun one(change: Change, commandId: String?, expectedVersion: Long? = null): PartResult =
        execute(change, commandId = commandId, expectedVersion = expectedVersion).results.first()

    private fun PartResult.made() = Made(key ?: id, id, version)

    /** Makes a project, with the five usual lanes where none are named. */
    fun createProject(
        key: String,
        title: String,
        description: String = "",
        visibility: Visibility = Visibility.OPEN,
        wipPolicy: WipPolicy = WipPolicy.WARN,
        parallelSprints: Boolean = false,
        lanes: List<NewLane> = emptyList(),
        id: String? = null,
        commandId: String? = null,
    ): Made {
        val project = NewProject(id, key, title, description, visibility, wipPolicy, parallelSprints, lanes)
        return one(Change.CreateProject(project), commandId).made()
    }

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
        return one(Change.CreateItem(item), commandId).made()
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
    fun deleteItem(item: String, cascade: Boolean = false, commandId: String? = null): PartResult =
        one(Change.DeleteItem(item, cascade), commandId)

    /** Brings an item back with what was deleted together with it. */
    fun restoreItem(item: String, commandId: String? = null): PartResult = one(Change.RestoreItem(item), commandId)

    /** `waiting` waits for `blocker` from now on; [PmException.Cycle] where that would never end. */
    fun block(blocker: String, waiting: String, commandId: String? = null): PartResult =
        one(Change.AddDependency(null, DependencyKind.BLOCKS, blocker, waiting), commandId)

    /** Adds a comment, or answers one. */
    fun comment(item: String, text: String, replyTo: String? = null, commandId: String? = null): PartResult =
        one(Change.AddComment(NewComment(item = item, replyTo = replyTo, text = text)), commandId)

    /** Starts the actor's timer; one that runs is stopped at the same instant. */
    fun startTimer(item: String, note: String = "", commandId: String? = null): PartResult =
        one(Change.StartTimer(null, item, note), commandId)

    /** Stops the actor's running timer, or the one named. */
    fun stopTimer(entry: String? = null, commandId: String? = null): PartResult =
        one(Change.StopTimer(entry), commandId)

    /** Records time by hand. */
    fun addTime(item: String, startedAt: Instant, endedAt: Instant, note: String = "", commandId: String? = null): PartResult {
        val entry = NewTimeEntry(item = item, startedAt = startedAt, endedAt = endedAt, note = note)
        return one(Change.AddTimeEntry(entry), commandId)
    }

    /**
     * The events after a sequence (without one, from now on), batch after batch: what is in the log first, then what is
     * committed. Nothing is queued: a slow collector misses nothing and holds nobody up. The flow ends when the engine is
     * closed. `completeTo` of the last batch is where to go on after a restart.
     */
    fun events(fromSequence: Long? = null, projects: List<String>? = null): Flow<EventBatch> = flow {
        tenant.stream(actor, fromSequence ?: tenant.head(), projects).use { stream ->
            while (true) {
                val batch = try {
                    stream.next(SLICE_MS)
                } catch (_: PmException.Closed) {
                    break
                }
                // Also where there is no batch a cancelled collector is noticed.
                kotlinx.coroutines.yield()
                if (batch != null) emit(batch)
            }
        }
    }.flowOn(Dispatchers.IO)

    /**
     * Calls a function with batches of events, on a thread of its own, until the subscription is cancelled or the engine
     * closed. What the function throws ends the subscription; [Subscription.end] tells.
     */
    fun subscribe(
        fromSequence: Long? = null,
        projects: List<String>? = null,
        onEnd: (StreamEnd) -> Unit = {},
        onEvents: (EventBatch) -> Unit,
    ): Subscription {
        val listener = object : EventListener {
            override fun onEvents(batch: EventBatch) = onEvents(batch)

            override fun onEnd(end: StreamEnd) = onEnd(end)
        }
        return tenant.subscribe(actor, fromSequence ?: tenant.head(), listener, projects)
    }

    /** Imports a file. `onProgress` answers whether to go on. The same file twice changes nothing. */
    fun importFrom(file: Path, options: ImportOptions, onProgress: ((ImportProgress) -> Boolean)? = null): ImportReport =
        importFrom(ImportSource.File(file.toString()), options, onProgress)

    /** Imports a file or what is in memory. */
    fun importFrom(
        source: ImportSource,
        options: ImportOptions,
        onProgress: ((ImportProgress) -> Boolean)? = null,
    ): ImportReport {
        val listener = onProgress?.let {
            object : ImportListener {
                override fun onProgress(progress: ImportProgress) = it(progress)
            }
        }
        return tenant.importFrom(actor, options, source, listener)
    }

    /** Writes the whole tenant into a new file. `onProgress` is told the bytes written, and answers whether to go on. */
    fun exportTo(target: Path, onProgress: ((Long) -> Boolean)? = null): ExportSummary {
        val listener = onProgress?.let {
            object : ExportListener {
                override fun onProgress(bytes: Long) = it(bytes)
            }
        }
        return tenant.exportTo(actor, target.toString(), listener)
    }
}
