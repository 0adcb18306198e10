package pm

import java.nio.file.Path

/**
 * All tenants under one folder. Close it when done: that ends flows and listeners, finishes what is on its way and closes
 * the files. May be used from any thread; calls block, see [Session.io] for coroutines.
 *
 * ```
 * PmEngine(Path.of("data")).use { engine ->
 *     val me = engine.tenantOrCreate("acme").actingAs("ada")
 *     me.createProject("PM", "The product")
 *     val item = me.createItem("PM", ItemKind.TASK, "Write the first page")
 *     me.moveItem(item.key, lane = "in_progress")
 * }
 * ```
 *
 * @param workers threads that commit, shared by all tenants; with 0 a command is committed on the thread that sends it.
 * @param durability when an acknowledged command is safe.
 * @param tenantsOpenMax tenants kept open at once; past it the one idle for longest is closed.
 * @param clock a clock set by hand, for tests.
 * @throws PmException.Storage when the folder cannot be made.
 */
class PmEngine(
    root: Path,
    workers: Int = 4,
    durability: Durability = Durability.FULL,
    tenantsOpenMax: Int = 256,
    clock: ManualClock? = null,
) : AutoCloseable {
    private val native: Engine = Engine.open(
        EngineOptions(root.toString(), workers.toUInt(), durability, tenantsOpenMax.toUInt()),
        clock,
    )

    /** Makes a new tenant; [PmException.AlreadyExists] where there is one. */
    fun createTenant(id: String): Tenant = native.createTenant(id)

    /** A tenant that exists; [PmException.NotFound] where it does not, [PmException.Locked] where another process has it. */
    fun tenant(id: String): Tenant = native.tenant(id)

    /** A tenant, made where it does not exist. */
    fun tenantOrCreate(id: String): Tenant = native.tenantOrCreate(id)

    /** The ids of all tenants in the folder, sorted. */
    fun tenants(): List<String> = native.tenants()

    /** Puts a backup in the place of a tenant, which is made where it does not exist. Its clients start over. */
    fun restore(tenant: String, backup: Path): Tenant = native.restore(tenant, backup.toString())

    /** Ends listeners, closes every tenant and lets go of the engine. Twice is once. */
    override fun close() {
        if (closed) return
        closed = true
        native.shutdown()
        native.close()
    }

    @Volatile
    private var closed = false
}

/** The stable word of a refusal or failure, the same in every language and on the wire. */
val PmException.code: String
    get() = code()
