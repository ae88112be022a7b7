internal import BigInt
public import NeuralNetwork

/// How many regions one part has.
public struct RegionPartResult: Hashable, Sendable {
  /// The open units of the part, ascending.
  public let units: [UnitID]
  /// The regions after 1, 2, … layers; if the count was stopped, those found.
  public let counts: [Int]
  /// True if nothing is left to be searched.
  public let isComplete: Bool
  /// How cells were held at first.
  public let engine: RegionEngine
  /// The inputs that the part depends on.
  public let inputCount: Int
  /// Cells that were cut in two.
  public let cutCount: Int
  /// Linear programs in doubles.
  public let programCount: Int
  /// Questions that needed exact programs.
  public let exactCount: Int
}

/// How many regions a network's first layers have.
public struct RegionResult: Hashable, Sendable {
  /// How many layers count.
  public let layerCount: Int
  /// The parts that were searched.
  public internal(set) var parts: [RegionPartResult]
  /// True if the counts are exact; otherwise they are lower bounds.
  public internal(set) var isComplete: Bool

  /// The regions of all parts together after 1, 2, … layers, in decimal digits.
  public var totals: [String] {
    (0..<layerCount).map { k in
      String(parts.reduce(BigInt(1)) { $0 * BigInt(max(1, $1.counts[k])) })
    }
  }
}
