extension PmError {
    /// A sentence for people; ``code()`` is the stable word for programs.
    public var sentence: String {
        switch self {
        case .Invalid(let message, _, _, _), .NotFound(let message, _, _, _), .AlreadyExists(let message, _, _, _),
            .Forbidden(let message, _, _, _), .Archived(let message, _, _, _), .Frozen(let message, _, _, _),
            .WrongState(let message, _, _, _), .InUse(let message, _, _, _), .HasChildren(let message, _, _, _),
            .WipLimit(let message, _, _, _), .Overlap(let message, _, _, _), .NotRunning(let message, _, _, _),
            .CommandReused(let message, _, _, _), .TooLarge(let message, _, _, _):
            return message
        case .Conflict(let message, _, _, _, _):
            return message
        case .Cycle(let message, _, _, _, _, _):
            return message
        case .Busy(let message), .Closed(let message), .Listener(let message), .Cancelled(let message),
            .Forked(let message):
            return message
        case .Storage(let message, _), .Internal(let message, _), .Corrupt(let message, _), .File(let message, _):
            return message
        case .Locked(let message, _):
            return message
        case .Newer(let message, _, _):
            return message
        case .Format(let message, _):
            return message
        }
    }
}
