import Foundation

/// All tenants under one folder.
///
/// Close it when done: that ends streams and listeners, finishes what is on its way and closes the files. It may be used
/// from any thread. Calls block the calling thread; ``blocking(_:)`` runs them elsewhere for `async` code.
///
/// ```swift
/// let engine = try PMEngine(root: folder)
/// let me = try engine.tenantOrCreate("acme").acting(as: "ada")
/// try me.createProject(key: "PM", title: "The product")
/// let item = try me.createItem(project: "PM", kind: .task, title: "Write the first page")
/// try me.moveItem(item.key, lane: "in_progress")
/// try engine.close()
/// ```
public final class PMEngine: Sendable {
    private let native: Engine

    /// Starts an engine.
    ///
    /// - Parameters:
    ///   - root: The folder, made where it is absent.
    ///   - workers: Threads that commit, shared by all tenants; with 0 a command is committed on the thread that sends it.
    ///   - durability: When an acknowledged command is safe.
    ///   - tenantsOpenMax: Tenants kept open at once; past it the one idle for longest is closed.
    ///   - clock: A clock set by hand, for tests.
    public init(
        root: URL,
        workers: UInt32 = 4,
        durability: Durability = .full,
        tenantsOpenMax: UInt32 = 256,
        clock: ManualClock? = nil
    ) throws {
        let options = EngineOptions(
            root: root.path, workers: workers, durability: durability, tenantsOpenMax: tenantsOpenMax)
        native = try Engine.open(options: options, clock: clock)
    }

    /// Makes a new tenant; `PmError.AlreadyExists` where there is one.
    public func createTenant(_ id: String) throws -> Tenant {
        try native.createTenant(id: id)
    }

    /// A tenant that exists; `PmError.NotFound` where it does not, `PmError.Locked` where another process has it.
    public func tenant(_ id: String) throws -> Tenant {
        try native.tenant(id: id)
    }

    /// A tenant, made where it does not exist.
    public func tenantOrCreate(_ id: String) throws -> Tenant {
        try native.tenantOrCreate(id: id)
    }

    /// The ids of all tenants in the folder, sorted.
    public func tenants() throws -> [String] {
        try native.tenants()
    }

    /// Puts a backup in the place of a tenant, which is made where it does not exist. Its clients start over.
    public func restore(tenant: String, from backup: URL) throws -> Tenant {
        try native.restore(tenant: tenant, from: backup.path)
    }

    /// Ends listeners and closes every tenant. Twice is once.
    public func close() throws {
        try native.shutdown()
    }
}

/// Runs something that blocks on a thread for that.
public func blocking<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        DispatchQueue.global().async {
            continuation.resume(with: Result(catching: work))
        }
    }
}
