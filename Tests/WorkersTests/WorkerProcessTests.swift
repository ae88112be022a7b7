import Glibc
import Testing
import Workers

@Suite struct WorkerProcessTests {
  @Test func echoesMessages() throws {
    let worker = try WorkerProcess(.shell("exec cat <&3 >&4"))
    for message in [[1, 2, 3], [], [UInt8](repeating: 7, count: 300)] as [[UInt8]] {
      worker.send(message)
      #expect(worker.receive(withinSeconds: 10) == .bytes(message))
    }
  }

  /// More than any socket buffer, so neither side may block while the other does.
  @Test func echoesLongMessages() throws {
    let worker = try WorkerProcess(.shell("exec cat <&3 >&4"))
    let message = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    worker.send(message)
    worker.send([5])
    #expect(worker.receive(withinSeconds: 20) == .bytes(message))
    #expect(worker.receive(withinSeconds: 20) == .bytes([5]))
  }

  @Test func reportsHowAWorkerEnds() throws {
    let killed = try WorkerProcess(.shell("kill -9 $$"))
    #expect(killed.receive(withinSeconds: 10) == .died(.signalled(SIGKILL)))
    #expect(killed.receive(withinSeconds: 10) == .died(.signalled(SIGKILL)))
    let aborted = try WorkerProcess(.shell("kill -6 $$"))
    #expect(aborted.receive(withinSeconds: 10) == .died(.signalled(SIGABRT)))
    let exited = try WorkerProcess(.shell("exit 7"))
    #expect(exited.receive(withinSeconds: 10) == .died(.exited(status: 7)))
  }

  @Test func writingToADeadWorkerIsHarmless() throws {
    let worker = try WorkerProcess(.shell("exit 0"))
    #expect(worker.receive(withinSeconds: 10) == .died(.exited(status: 0)))
    worker.send([1])
    #expect(worker.receive(withinSeconds: 10) == .died(.exited(status: 0)))
  }

  @Test func waitsNoLongerThanAsked() throws {
    let worker = try WorkerProcess(.shell("exec sleep 100"))
    #expect(worker.receive(withinSeconds: 0.05) == .timedOut)
    worker.kill()
    #expect(worker.receive(withinSeconds: 10) == .died(.signalled(SIGKILL)))
  }

  @Test func garbageIsNoMessage() throws {
    // Three bytes are no length; the rest never comes.
    let short = try WorkerProcess(.shell("printf abc >&4"))
    #expect(short.receive(withinSeconds: 10) == .died(.exited(status: 0)))
    let huge = try WorkerProcess(.shell("printf '\\377\\377\\377\\377' >&4; exec sleep 100"))
    let death = WorkerDeath.brokeProtocol(announcedByteCount: 0xffff_ffff)
    #expect(huge.receive(withinSeconds: 10) == .died(death))
    let cut = try WorkerProcess(.shell("printf '\\005\\000\\000\\000ab' >&4"))
    #expect(cut.receive(withinSeconds: 10) == .died(.exited(status: 0)))
  }

  @Test func endsWithAnErrorIfThereIsNoProgram() {
    #expect(
      throws: WorkerError.systemCall("posix_spawn", code: ENOENT, executable: "/no/such/program")
    ) { try WorkerProcess(WorkerCommand(executable: "/no/such/program")) }
  }

  @Test func standardDescriptorsLeadNowhere() throws {
    let script = "for i in 0 1 2; do test /proc/self/fd/$i -ef /dev/null || exit 9; done; exit 3"
    let worker = try WorkerProcess(.shell(script))
    #expect(worker.receive(withinSeconds: 10) == .died(.exited(status: 3)))
  }

  @Test func argumentsArriveAsTheyAre() throws {
    let command = WorkerCommand(
      executable: "/bin/sh", arguments: ["-c", "test \"$1\" = 'a b$c' && exit 4", "sh", "a b$c"])
    #expect(try WorkerProcess(command).receive(withinSeconds: 10) == .died(.exited(status: 4)))
  }
}

extension WorkerCommand {
  /// A command line for `/bin/sh`.
  static func shell(_ script: String) -> WorkerCommand {
    WorkerCommand(executable: "/bin/sh", arguments: ["-c", script])
  }
}
