package pm

import java.time.Duration

/** The estimated work. */
val WorkItem.estimate: Duration?
    get() = estimateSeconds?.let(Duration::ofSeconds)

/** The remaining work. */
val WorkItem.remaining: Duration?
    get() = remainingSeconds?.let(Duration::ofSeconds)

/** The estimated work. */
val ContextItem.estimate: Duration?
    get() = estimateSeconds?.let(Duration::ofSeconds)

/** The remaining work. */
val ContextItem.remaining: Duration?
    get() = remainingSeconds?.let(Duration::ofSeconds)

/** How long it took; `null` while it runs. */
val TimeEntry.duration: Duration?
    get() = seconds?.let(Duration::ofSeconds)

/** The sum of the line. */
val TimeLine.duration: Duration
    get() = Duration.ofSeconds(seconds)

/** The sum of all lines. */
val TimeTotals.duration: Duration
    get() = Duration.ofSeconds(seconds)

/** After which a timer is flagged or cut. */
val TenantSettings.timerCap: Duration
    get() = Duration.ofSeconds(timerCapSeconds)
