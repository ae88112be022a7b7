internal import Espalier
internal import Foundation
internal import NeuralNetwork

/// Which faults happen: the same for the same seed, whatever else runs at the time.
///
/// Every fault is one line of a log that all workers of a run share. How often a query has met a
/// fault decides, with the seed, whether it meets another one, so that faults end some day.
final class FaultPlan {
  let fault: Fault
  private let seed: UInt64
  /// The share of the queries that meet a fault, and again of those that are asked again.
  private let rate: Double
  /// The most faults of one query.
  private let mostPerQuery: Int
  private let log: String
  private(set) var generator = FaultGenerator(state: 0)

  /// The plan that the environment names: `FAULT=kind seed rate most log`; nil if there is none.
  init?(environment: [String: String]) {
    let words = environment["FAULT"].map { $0.split(separator: " ").map(String.init) } ?? []
    guard words.count == 5, let fault = Fault(rawValue: words[0]), let seed = UInt64(words[1]),
      let rate = Double(words[2]), let most = Int(words[3])
    else { return nil }
    (self.fault, self.seed, self.rate) = (fault, seed, rate)
    (mostPerQuery, log) = (most, words[4])
  }

  /// True if this query is to meet a fault now; then random numbers are ready.
  func isDue(_ query: UnitQuery) -> Bool {
    let name = Self.name(of: query)
    let count = text.split(separator: "\n").count { $0 == name }
    let digest = FaultGenerator.digest(Array(name.utf8))
    generator = FaultGenerator(state: digest ^ seed &* 0x9E37_79B9_7F4A_7C15 &+ UInt64(count))
    return count < mostPerQuery && generator.fraction() < rate
  }

  /// Enters a fault, before it happens.
  func enter(_ query: UnitQuery) {
    let descriptor = open(log, O_WRONLY | O_CREAT | O_APPEND, 0o644)
    let line = Array((Self.name(of: query) + "\n").utf8)
    guard descriptor >= 0, write(descriptor, line, line.count) == line.count else { exit(3) }
    close(descriptor)
  }

  /// A random number of the fault that is due.
  func random(below bound: Int) -> Int { Int(generator.next() % UInt64(bound)) }

  /// What stays the same when a query is asked again with other intervals.
  private static func name(of query: UnitQuery) -> String {
    "\(query.goal) \(query.unit.layer) \(query.unit.index) \(query.side)"
  }

  private var text: String {
    (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
  }
}

/// Random numbers of one fault.
struct FaultGenerator: RandomNumberGenerator {
  var state: UInt64

  /// FNV-1a.
  static func digest(_ message: [UInt8]) -> UInt64 {
    message.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }

  /// A number from 0 up to 1.
  mutating func fraction() -> Double { Double(next() >> 11) * 0x1p-53 }
}
