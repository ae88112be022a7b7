/// A moment after which nobody waits any longer.
struct Deadline {
  private let instant: ContinuousClock.Instant?

  /// A deadline that never comes.
  static let never = Deadline(instant: nil)

  /// The moment this many seconds from now; never for nil.
  init(secondsFromNow seconds: Double?) {
    self.init(instant: seconds.map { ContinuousClock.now + .seconds($0) })
  }

  private init(instant: ContinuousClock.Instant?) { self.instant = instant }

  /// True once the moment has come.
  var isPast: Bool { instant.map { $0 <= .now } ?? false }

  /// The time that is left, rounded up and cut to what `poll` takes; `longest` if there is no end.
  func milliseconds(atMost longest: Int32) -> Int32 {
    guard let instant else { return longest }
    let left = ContinuousClock.now.duration(to: instant)
    guard left > .zero else { return 0 }
    let (seconds, attoseconds) = left.components
    guard seconds < 1_000_000 else { return longest }
    let milliseconds = Int32(seconds) * 1000 + Int32(attoseconds / 1_000_000_000_000_000) + 1
    return min(longest, milliseconds)
  }
}
