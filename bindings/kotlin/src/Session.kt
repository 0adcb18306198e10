package pm

import java.nio.file.Path
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

/**
 * Commands, questions and events of one actor; made by [actingAs].
 *
 * Every command has a method, under its own name; [execute] takes several as one. Items are named by `KEY-n` or id, lanes by
 * status value or id, projects by key or id. A `commandId` makes a command safe to repeat: the same id again returns the
 * first outcome and does nothing. An `expectedVersion` refuses it with [PmException.Conflict] where the entity has moved
 * on.
 */
class Session(val tenant: Tenant, val actor: Actor) :
    ProjectCommands, LaneCommands, ItemCommands, SprintCommands, CommentCommands, TimeCommands, AutoCloseable {
    /** Every question, one method each. */
    val query: Reader = tenant.read(actor)

    /** Lets go of [query]; the tenant stays. */
    override fun close() = query.close()

    /** Runs something that blocks on a thread for that: `session.io { createItem(…) }`. */
    suspend fun <T> io(block: Session.() -> T): T = withContext(Dispatchers.IO) { block() }

    override fun execute(
        vararg changes: Change,
        commandId: String?,
        expectedVersion: Long?,
        origin: Origin?,
    ): Outcome {
        val parts = changes.map { Part(it, expectedVersion, origin) }
        return tenant.execute(Command(commandId ?: newCommandId(), actor, parts))
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
