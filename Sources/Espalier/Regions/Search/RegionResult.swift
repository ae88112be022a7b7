public import BigInt
internal import Certificates
public import NeuralNetwork

/// How many regions one part has.
public struct RegionPartResult: Sendable {
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
  /// The phases of every region, if they were wanted.
  var patterns: [[UnitPhase]] = []
  /// An upper bound on the regions that were not reached.
  var remaining = BigInt(0)
}

/// How many regions a network's first layers have.
public struct RegionResult: Sendable {
  /// How many layers count.
  public let layerCount: Int
  /// The parts that were searched.
  public internal(set) var parts: [RegionPartResult]
  /// True if the counts are exact; otherwise they are lower bounds.
  public internal(set) var isComplete: Bool
  /// The number of affine maps, if it was wanted.
  public internal(set) var mapCount: Int?
  /// The number of open connected pieces with one map, if it was wanted.
  public internal(set) var pieceCount: Int?
  /// An upper bound on the regions after all layers, if the count was stopped.
  public internal(set) var upperBound: BigInt?

  /// The regions of all parts together after 1, 2, … layers, or those found.
  ///
  /// They never fall from layer to layer: a region after some layers has regions after more.
  public var totals: [BigInt] {
    var largest = BigInt(1)
    return (0..<layerCount).map { k in
      largest = max(
        largest, parts.reduce(BigInt(1)) { $0 * BigInt(max(1, $1.counts[k])) })
      return largest
    }
  }

  /// Computes the upper bound of a count that was stopped: what the verdicts prove, or, with one
  /// part, what was found and what may be left.
  mutating func bound(by proved: ProofState, partCount: Int) {
    let bounds = RegionBounds(
      network: proved.network.network, domain: proved.domain, layerCount: layerCount,
      proved: proved)
    var bound = bounds.smallest
    if partCount == 1, let part = parts.first {
      bound = min(bound, BigInt(part.counts.last ?? 0) + part.remaining)
    }
    upperBound = bound
  }
}
