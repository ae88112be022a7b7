internal import Glibc
internal import MILP
internal import ModelIO
internal import Synchronization

/// Why a run should end early: a signal, or the end of its time.
struct StopSignals {
  private static let isRequested = Atomic<Bool>(false)

  private let deadline: ContinuousClock.Instant?

  /// Takes over SIGINT and SIGTERM; a second one ends the process at once.
  init(timeLimit seconds: Double?) {
    deadline = seconds.map { ContinuousClock.now + .seconds($0) }
    // Whoever started us may have blocked what a user sends.
    var wanted = sigset_t()
    sigemptyset(&wanted)
    for number in [SIGINT, SIGTERM] {
      sigaddset(&wanted, number)
      signal(number) { number in
        guard StopSignals.isRequested.exchange(true, ordering: .relaxed) else { return }
        GrowingFile.removeUnfinished()
        _exit(128 + number)
      }
    }
    pthread_sigmask(SIG_UNBLOCK, &wanted, nil)
  }

  /// The seconds until the end of the time; nil without one.
  var remainingSeconds: Double? {
    deadline.map { max(0, ($0 - ContinuousClock.now).seconds) }
  }

  /// The reason to stop now, if there is one.
  func reason() -> Limit? {
    if Self.isRequested.load(ordering: .relaxed) { return .caller }
    return deadline.map { ContinuousClock.now >= $0 } == true ? .seconds : nil
  }
}
