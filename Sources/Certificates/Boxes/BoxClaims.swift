public import ExactArithmetic
internal import NeuralNetwork

/// The ends of intervals that a proof with boxes shows: one for each target.
public struct BoxClaims: Hashable, Sendable {
  /// The end of each target, as far as nodes have closed it.
  public private(set) var ends: [BoxTarget: Dyadic] = [:]

  /// Nothing is proved.
  public static let none = BoxClaims()

  /// Notes that a side is closed in one more box, with an end that holds there.
  package mutating func note(_ target: BoxTarget, _ end: Dyadic) {
    guard let old = ends[target] else {
      ends[target] = end
      return
    }
    ends[target] = target.side == .upper ? max(old, end) : min(old, end)
  }

  /// Leaves only some targets.
  package mutating func keep(_ targets: some Sequence<BoxTarget>) {
    let kept = Set(targets)
    ends = ends.filter { kept.contains($0.key) }
  }

  /// The parts of the initial intervals of a layer that these leave.
  ///
  /// Every value that a unit takes is in both, so something is left.
  func cutting(_ initial: [Interval], layer k: Int) -> [Interval] {
    if ends.isEmpty { return initial }
    return initial.enumerated().map { i, interval in
      let unit = UnitID(layer: k, index: i)
      let upper = ends[BoxTarget(unit: unit, side: .upper)] ?? interval.upper
      let lower = ends[BoxTarget(unit: unit, side: .lower)] ?? interval.lower
      return Interval(max(interval.lower, lower), min(interval.upper, upper))
    }
  }
}
