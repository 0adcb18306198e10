package pm.test

import java.nio.file.Files
import java.nio.file.Path
import java.util.concurrent.ExecutionException
import java.util.concurrent.FutureTask
import java.util.concurrent.TimeUnit
import java.util.concurrent.TimeoutException
import kotlin.system.exitProcess
import pm.PmEngine
import pm.Durability
import pm.Session
import pm.actingAs

/** A test: what is given, what happens and what must be so, and the code. */
class Test(val name: String, val run: (Path) -> Unit)

/** An engine and ada's session in it, with a project `PM`. */
fun <T> withAda(folder: Path, block: (PmEngine, Session) -> T): T =
    PmEngine(folder.resolve("data"), durability = Durability.RELAXED).use { engine ->
        val ada = engine.tenantOrCreate("acme").actingAs("ada")
        ada.createProject("PM", "The product")
        block(engine, ada)
    }

/** Runs a test on a thread of its own, so that one that hangs is told and the others run. */
private fun failure(test: Test, folder: Path): Throwable? {
    val result = FutureTask { test.run(folder) }
    Thread(result).apply { isDaemon = true }.start()
    return try {
        result.get(2, TimeUnit.MINUTES)
        null
    } catch (error: ExecutionException) {
        error.cause
    } catch (error: TimeoutException) {
        error
    }
}

fun main(arguments: Array<String>) {
    val scenarios = Path.of(arguments.first())
    val tests = commandTests + everyCommandTests + errorTests + eventTests + lifetimeTests + conformanceTests(scenarios)
    var failed = 0
    for (test in tests) {
        val folder = Files.createTempDirectory("pm-kotlin")
        val error = failure(test, folder)
        println("${if (error == null) "ok  " else "FAIL"} ${test.name}")
        if (error != null) {
            failed++
            error.printStackTrace(System.out)
        }
        folder.toFile().deleteRecursively()
    }
    println("${tests.size} tests, $failed failed")
    exitProcess(if (failed == 0) 0 else 1)
}
