internal import ArgumentParser
internal import Glibc
internal import Synchronization

/// When a count of regions ends early.
struct RegionLimits: ParsableArguments {
  @Option(
    name: .long, help: ArgumentHelp("Seconds for the whole run.", valueName: "seconds"))
  var timeLimit: Double?

  @Option(name: .long, help: "Regions after which the count is stopped.")
  var maxRegions: Int?

  @Option(
    name: .long,
    help: ArgumentHelp("Megabytes of memory above which the count is stopped.", valueName: "MB"))
  var memoryLimit: Int?

  func validate() throws {
    if let timeLimit, !(timeLimit > 0 && timeLimit.isFinite) {
      throw ValidationError(
        "--time-limit: expected a positive number of seconds, found \(timeLimit).")
    }
    for (name, value) in [("--max-regions", maxRegions), ("--memory-limit", memoryLimit)] {
      if let value, value < 1 {
        throw ValidationError("\(name): expected at least 1, found \(value).")
      }
    }
  }

  /// Why a count ended early.
  enum Reason: Int {
    case none, time, regions, memory, signal

    /// What a message says.
    var text: String {
      switch self {
      case .none: "nothing"
      case .time: "--time-limit"
      case .regions: "--max-regions"
      case .memory: "--memory-limit"
      case .signal: "a signal"
      }
    }
  }

  /// The limits of a run that has begun, asked from several threads.
  final class Watch: Sendable {
    private let limits: RegionLimits
    private let stop: StopSignals
    private let found = Atomic<Int>(0)
    private let asked = Atomic<Int>(0)
    private let why = Atomic<Int>(Reason.none.rawValue)

    init(_ limits: RegionLimits, stop: StopSignals) {
      self.limits = limits
      self.stop = stop
    }

    /// The regions found so far.
    var foundCount: Int { found.load(ordering: .relaxed) }

    /// Why the count ended early, if it did.
    var reason: Reason { Reason(rawValue: why.load(ordering: .relaxed)) ?? .none }

    /// Begins a count after one that came to its end: its regions do not add up with those before.
    func beginCount() {
      found.store(0, ordering: .relaxed)
      if reason == .regions { why.store(Reason.none.rawValue, ordering: .relaxed) }
    }

    /// Ends the count: what it finds cannot be kept.
    func end() { why.store(Reason.signal.rawValue, ordering: .relaxed) }

    /// Counts regions, and says whether to go on.
    func goesOn(after count: Int) -> Bool {
      let total = found.wrappingAdd(count, ordering: .relaxed).newValue
      if reason != .none { return false }
      if let reason = reason(total) {
        why.store(reason.rawValue, ordering: .relaxed)
        return false
      }
      return true
    }

    private func reason(_ total: Int) -> Reason? {
      switch stop.reason() {
      case .seconds: return .time
      case .caller, .nodes, .iterations, .workers: return .signal
      case nil: break
      }
      if let limit = limits.maxRegions, total >= limit { return .regions }
      guard let limit = limits.memoryLimit else { return nil }
      // Reading the size of the process is a call of the system: not for every question.
      let count = asked.wrappingAdd(1, ordering: .relaxed).newValue
      return count % 8 == 1 && Self.residentMegabytes > limit ? .memory : nil
    }

    private static var residentMegabytes: Int {
      var buffer = [UInt8](repeating: 0, count: 128)
      let file = open("/proc/self/statm", O_RDONLY)
      guard file >= 0 else { return 0 }
      defer { close(file) }
      let count = read(file, &buffer, buffer.count)
      let words = String(decoding: buffer[..<max(0, count)], as: UTF8.self).split(separator: " ")
      guard words.count > 1, let pages = Int(words[1]) else { return 0 }
      // A shift binds more tightly than a product.
      return (pages * Int(sysconf(Int32(_SC_PAGESIZE)))) >> 20
    }
  }
}
