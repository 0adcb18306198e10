import Foundation

/// How long one native call waits for events, so that a cancelled task ends soon.
private let sliceMs: Int64 = 200

extension Session {
    /// The events after a sequence (without one, from now on), batch after batch: what is in the log first, then what is
    /// committed.
    ///
    /// Nothing is queued: a batch is fetched when it is asked for, and a slow reader misses nothing and holds nobody up. The
    /// stream ends when the engine is closed or its task cancelled. `completeTo` of the last batch is where to go on
    /// after a restart.
    public func events(
        from sequence: Int64? = nil, projects: [String]? = nil
    ) throws -> AsyncThrowingStream<EventBatch, Error> {
        let start = try sequence ?? tenant.head()
        let stream = try tenant.stream(actor: actor, fromSequence: start, projects: projects)
        return AsyncThrowingStream(unfolding: {
            while !Task.isCancelled {
                do {
                    if let batch = try await blocking({ try stream.next(timeoutMs: sliceMs) }) {
                        return batch
                    }
                } catch PmError.Closed {
                    return nil
                }
            }
            stream.cancel()
            return nil
        })
    }

    /// Calls a function with batches of events, on a thread of its own, until the subscription is cancelled or the engine
    /// closed. What the function throws ends the subscription; `Subscription.end()` tells.
    public func subscribe(
        from sequence: Int64? = nil,
        projects: [String]? = nil,
        onEnd: @escaping @Sendable (StreamEnd) -> Void = { _ in },
        onEvents: @escaping @Sendable (EventBatch) throws -> Void
    ) throws -> Subscription {
        let listener = Listener(told: onEvents, ended: onEnd)
        let start = try sequence ?? tenant.head()
        return try tenant.subscribe(actor: actor, fromSequence: start, listener: listener, projects: projects)
    }

    /// Imports a file or what is in memory. `onProgress` answers whether to go on. The same input twice changes nothing.
    @discardableResult
    public func importFrom(
        _ source: ImportSource,
        options: ImportOptions,
        onProgress: (@Sendable (ImportProgress) throws -> Bool)? = nil
    ) throws -> ImportReport {
        let listener = onProgress.map { ImportProgressListener(told: $0) }
        return try tenant.importFrom(actor: actor, options: options, source: source, listener: listener)
    }

    /// Writes the whole tenant into a new file. `onProgress` is told the bytes written, and answers whether to go on.
    @discardableResult
    public func exportTo(
        _ target: URL, onProgress: (@Sendable (Int64) throws -> Bool)? = nil
    ) throws -> ExportSummary {
        let listener = onProgress.map { ExportProgressListener(told: $0) }
        return try tenant.exportTo(actor: actor, target: target.path, listener: listener)
    }
}

private final class Listener: EventListener {
    private let told: @Sendable (EventBatch) throws -> Void
    private let ended: @Sendable (StreamEnd) -> Void

    init(told: @escaping @Sendable (EventBatch) throws -> Void, ended: @escaping @Sendable (StreamEnd) -> Void) {
        self.told = told
        self.ended = ended
    }

    func onEvents(batch: EventBatch) throws {
        try told(batch)
    }

    func onEnd(end: StreamEnd) throws {
        ended(end)
    }
}

private final class ImportProgressListener: ImportListener {
    private let told: @Sendable (ImportProgress) throws -> Bool

    init(told: @escaping @Sendable (ImportProgress) throws -> Bool) {
        self.told = told
    }

    func onProgress(progress: ImportProgress) throws -> Bool {
        try told(progress)
    }
}

private final class ExportProgressListener: ExportListener {
    private let told: @Sendable (Int64) throws -> Bool

    init(told: @escaping @Sendable (Int64) throws -> Bool) {
        self.told = told
    }

    func onProgress(bytes: Int64) throws -> Bool {
        try told(bytes)
    }
}
