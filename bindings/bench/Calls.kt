/** What a call costs from Kotlin. Prints `name microseconds` per line; `short` does a tenth. */
package bench

import java.nio.file.Files
import java.util.Locale
import java.util.concurrent.CountDownLatch
import pm.*

private const val ITEMS = 1000

private fun tell(name: String, start: Long, times: Long) {
    println("$name %.1f".format(Locale.ROOT, (System.nanoTime() - start) / 1e3 / times))
}

private fun measure(name: String, times: Int, work: () -> Unit) {
    // The JVM needs as many rounds before it is at its pace.
    repeat(times) { work() }
    val start = System.nanoTime()
    repeat(times) { work() }
    tell(name, start, times.toLong())
}

/** The whole log, pulled and by a listener, per event. The first round is for the JVM. */
private fun events(ada: Session, head: Long) {
    repeat(2) { round ->
        var start = System.nanoTime()
        ada.tenant.stream(ada.actor, 0, null).use { stream -> while (stream.cursor() < head) stream.next(1000) }
        if (round == 1) tell("event_pulled", start, head)
        val reached = CountDownLatch(1)
        start = System.nanoTime()
        val subscription = ada.subscribe(fromSequence = 0) { if (it.completeTo >= head) reached.countDown() }
        reached.await()
        if (round == 1) tell("event_listened", start, head)
        subscription.cancel()
    }
}

fun main(arguments: Array<String>) {
    val share = if (arguments.firstOrNull() == "short") 10 else 1
    val folder = Files.createTempDirectory("pm-calls")
    PmEngine(folder, durability = Durability.RELAXED).use { engine ->
        val tenant = engine.createTenant("bench")
        val ada = tenant.actingAs("ada")
        ada.createProject("PM", "Bench")
        repeat(ITEMS) { ada.createItem("PM", ItemKind.TASK, "An item of a bench") }
        measure("command", 2000 / share) { ada.createItem("PM", ItemKind.TASK, "An item of a bench") }
        measure("point_query", 10_000 / share) { ada.query.itemOnly("PM-500") }
        measure("list_of_1000", 100 / share) {
            var cursor: String? = null
            repeat(2) { cursor = ada.query.items(ItemSort.NUMBER, page = PageRequest(cursor, 500)).next }
        }
        events(ada, tenant.head())
    }
    folder.toFile().deleteRecursively()
}
