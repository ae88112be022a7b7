public import Certificates
public import ExactArithmetic
internal import NeuralNetwork

/// The regions that samples lie in: each counts once, and only if exact arithmetic confirms it.
///
/// Their number is a proved lower bound on the number of regions.
public struct SampledRegions: Sendable {
  /// The regions, each with a sample inside, in the order in which they were found.
  public private(set) var regions: [FoundRegion] = []
  private var known: Set<OpenUnitPattern> = []
  private let replay: PatternReplay
  private let layerCount: Int

  /// No samples yet of the regions after the first layers.
  ///
  /// - Parameters:
  ///   - proved: Intervals of at least these layers, proved on the domain.
  ///   - member: A point of the domain; needed if it has rows or a ball.
  /// - Precondition: The intervals of the first `layerCount` layers are open.
  public init(proved: ProofState, layerCount: Int, member: [Dyadic]? = nil) {
    replay = PatternReplay(state: proved, layerCount: layerCount, member: member)
    self.layerCount = layerCount
  }

  /// Takes the regions of points; others than those of the domain, and those on borders, are left
  /// out.
  public mutating func add(_ points: [[Dyadic]]) {
    for point in points { add(replay.region(at: point)) }
  }

  /// Takes random points of the domain, and all regions on the lines from each to the next.
  ///
  /// - Complexity: One exact evaluation per point and per piece of a line.
  public mutating func sample(count: Int, using generator: inout SeededGenerator) {
    let points = replay.sampler.random(count: count, using: &generator)
    for point in points {
      for region in replay.regions(near: point) { add(region) }
    }
    for (start, end) in zip(points, points.dropFirst()) { walk(from: start, to: end) }
  }

  /// Takes the regions on the line between two points of the domain.
  ///
  /// The pieces of the line are found in doubles, so a very short one may be missed; the middle of
  /// each is then evaluated exactly.
  mutating func walk(from start: [Double], to end: [Double]) {
    let line = RegionLine(
      network: replay.state.network.network, openUnits: replay.openUnits, start: start, end: end)
    for point in line.pieceMiddles(layerCount: layerCount) {
      for region in replay.regions(near: point) { add(region) }
    }
  }

  private mutating func add(_ region: FoundRegion?) {
    guard let region, known.insert(region.pattern).inserted else { return }
    regions.append(region)
  }
}
