/** What a call costs from Kotlin. Prints `name microseconds` per line; `short` does a tenth. */
package bench

import java.nio.file.Files
import java.util.Locale
import java.util.concurrent.CountDownLatch
import pm.*

private const val ITEMS = 1000

/** Prints the median: a mean would tell what else ran. */
private fun measure(name: String, times: Int, parts: Long = 1, work: () -> Unit) {
    // The JVM needs as many rounds before it is at its pace.
    repeat(times) { work() }
    val costs = List(times) {
        val start = System.nanoTime()
        work()
        (System.nanoTime() - start) / 1e3 / parts
    }
    println("$name %.1f".format(Locale.ROOT, costs.sorted()[times / 2]))
}

/** The whole log, pulled and by a listener, per event. */
private fun events(ada: Session, head: Long) {
    measure("event_pulled", 10, head) {
        ada.tenant.stream(ada.actor, 0, null).use { stream -> while (stream.cursor() < head) stream.next(1000) }
    }
    measure("event_listened", 10, head) {
        val reached = CountDownLatch(1)
        val subscription = ada.subscribe(fromSequence = 0) { if (it.completeTo >= head) reached.countDown() }
        reached.await()
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
