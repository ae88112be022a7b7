public import ExactArithmetic

/// The intervals of the units of the first layers that hold in all boxes of a tree.
public struct BoxIntervals: Hashable, Sendable {
  /// One list per layer; none without a proof.
  public private(set) var layers: [[Interval]]

  /// No intervals: nothing is proved.
  public static let none = BoxIntervals(layers: [])

  /// The intervals in one box.
  init(layers: [[Interval]]) { self.layers = layers }

  /// Widens the intervals so that they hold in another box as well.
  package mutating func formHull(with other: [[Interval]]) {
    if layers.isEmpty {
      layers = other
      return
    }
    for k in layers.indices {
      for i in layers[k].indices {
        let (here, there) = (layers[k][i], other[k][i])
        if here.lower <= there.lower && there.upper <= here.upper { continue }
        layers[k][i] = Interval(min(here.lower, there.lower), max(here.upper, there.upper))
      }
    }
  }

  /// The parts of the initial intervals of a layer that these leave.
  ///
  /// Both hold every value that the unit takes, so they meet.
  func cutting(_ initial: [Interval], layer k: Int) -> [Interval] {
    guard k < layers.count else { return initial }
    return zip(initial, layers[k]).map { $0.intersection($1) ?? $0 }
  }
}
