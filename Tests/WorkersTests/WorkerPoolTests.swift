import Glibc
import Testing
import Workers

@Suite struct WorkerPoolTests {
  let echo = WorkerCommand.shell("exec cat <&3 >&4")

  @Test(arguments: [1, 2, 5])
  func answersInTheOrderOfTheRequests(workerCount: Int) throws {
    let pool = WorkerPool(echo, count: workerCount)
    let requests = (0..<50).map { [UInt8($0), 1] }
    var seen: [Int: WorkerAnswer] = [:]
    let answers = try pool.run(requests, onAnswer: { seen[$0] = $1 })
    #expect(answers == requests.map { .answer($0) })
    #expect(seen.count == requests.count)
    #expect(seen.allSatisfy { .answer(requests[$0.key]) == $0.value })
    // The same workers serve the next run.
    #expect(try pool.run([[9]]) == [.answer([9])])
  }

  @Test func noRequestsNoAnswers() throws {
    #expect(try WorkerPool(echo, count: 2).run([]) == [])
  }

  /// Echoes frames of one byte `x`; dies over `k`, hangs over `h`.
  static let moody = WorkerCommand.shell(
    """
    while true; do
      byte=$(dd bs=1 count=5 <&3 2>/dev/null | tail -c 1)
      case "$byte" in
        k) kill -9 $$ ;;
        h) exec sleep 100 ;;
        '') exit 0 ;;
        *) printf '\\001\\000\\000\\000%s' "$byte" >&4 ;;
      esac
    done
    """)

  @Test(arguments: [1, 3])
  func aDeadWorkerCostsOneRequest(workerCount: Int) throws {
    let pool = WorkerPool(Self.moody, count: workerCount)
    let requests = "abkcdkkef".utf8.map { [$0] }
    let expected = requests.map { request -> WorkerAnswer in
      request == Array("k".utf8) ? .died(.signalled(SIGKILL)) : .answer(request)
    }
    #expect(try pool.run(requests) == expected)
  }

  @Test func aHungWorkerCostsOneRequest() throws {
    let pool = WorkerPool(Self.moody, count: 2)
    let answers = try pool.run("ahb".utf8.map { [$0] }, secondsPerRequest: 1)
    #expect(answers == [.answer(Array("a".utf8)), .timedOut, .answer(Array("b".utf8))])
    #expect(try pool.run([Array("c".utf8)]) == [.answer(Array("c".utf8))])
  }

  @Test func stopsWhenAsked() throws {
    let pool = WorkerPool(Self.moody, count: 2)
    var answerCount = 0
    let answers = try pool.run(
      "ahhh".utf8.map { [$0] }, shouldStop: { answerCount > 0 },
      onAnswer: { _, _ in answerCount += 1 })
    #expect(answers == [.answer(Array("a".utf8)), .cancelled, .cancelled, .cancelled])
    // What was cancelled does not answer the next run.
    #expect(try pool.run([Array("b".utf8)]) == [.answer(Array("b".utf8))])
  }

  /// Echoes `a` at once; for anything else, waits for a job that nobody uses, and puts it back.
  static let needy = WorkerCommand.shell(
    """
    while true; do
      byte=$(dd bs=1 count=5 <&3 2>/dev/null | tail -c 1)
      test -n "$byte" || exit 0
      if [ "$byte" != a ]; then
        until dd bs=1 count=1 <&5 >&6 2>/dev/null; do sleep 0.02; done
      fi
      printf '\\001\\000\\000\\000%s' "$byte" >&4
    done
    """)

  /// A worker without a request leaves its job to the others, in every run anew.
  @Test func workersShareTheJobsOfIdleOnes() throws {
    let pool = WorkerPool(Self.needy, count: 2)
    for _ in 0..<2 {
      let requests = "aaab".utf8.map { [$0] }
      #expect(try pool.run(requests, secondsPerRequest: 20) == requests.map { .answer($0) })
    }
    // With as many requests as workers there is nothing to share.
    let answers = try pool.run("bb".utf8.map { [$0] }, secondsPerRequest: 0.5)
    #expect(answers == [.timedOut, .timedOut])
  }

  @Test func aSingleWorkerHasNoJobToShare() throws {
    let pool = WorkerPool(Self.needy, count: 1)
    let answers = try pool.run("ab".utf8.map { [$0] }, secondsPerRequest: 0.5)
    #expect(answers == [.answer(Array("a".utf8)), .timedOut])
  }

  /// Answers are reported before the last one has come.
  @Test(arguments: [1, 2])
  func answersAreReportedAsTheyCome(workerCount: Int) throws {
    let pool = WorkerPool(Self.moody, count: workerCount)
    var seen: [Int] = []
    let answers = try pool.run(
      "abh".utf8.map { [$0] }, shouldStop: { seen.count == 2 },
      onAnswer: { i, _ in seen.append(i) })
    #expect(seen.sorted() == [0, 1])
    #expect(answers.last == .cancelled)
  }

  @Test func theInitialMessageComesFirstAfterEachStart() throws {
    // Reads one frame of one byte without answering, then echoes what follows.
    let command = WorkerCommand.shell(
      "first=$(dd bs=1 count=5 <&3 2>/dev/null | tail -c 1); test $first = i || exit 1; "
        + "dd bs=1 count=5 <&3 >&4 2>/dev/null; exit 2")
    let pool = WorkerPool(command, count: 1, initialMessage: Array("i".utf8))
    for request in [Array("a".utf8), Array("b".utf8)] {
      let answer = try pool.run([request])
      // The worker ends after one answer; whether that is noticed in time is up to the scheduler.
      #expect(answer == [.answer(request)] || answer == [.died(.exited(status: 2))])
    }
  }

  @Test func retiredWorkersAreReplaced() throws {
    // Answers with the number of its process.
    let pool = WorkerPool(
      .shell(
        "while dd bs=1 count=5 <&3 >/dev/null 2>&1; do printf '\\010\\000\\000\\000%08d' $$ >&4; done"
      ),
      count: 1)
    let first = try pool.run([[1]])
    #expect(try pool.run([[1]]) == first)
    pool.retireWorkers()
    let second = try pool.run([[1]])
    guard case .answer = second[0] else {
      Issue.record("no answer but \(second)")
      return
    }
    #expect(second != first)
  }

  @Test func aMissingProgramIsAnError() {
    let pool = WorkerPool(WorkerCommand(executable: "/no/such/program"), count: 1)
    #expect(throws: WorkerError.self) { try pool.run([[1]]) }
  }
}
