import NeuralNetwork
import TestSupport
import Testing

@testable import Certificates
@testable import Espalier

/// Neighbours across facets, and pieces of one map.
@Suite struct PieceCensusTests {
  /// Facets want a domain with inside; the refusal of others is tested with the engines.
  @Test(arguments: RegionSample.Kind.allCases.filter { $0 != .thinRows })
  func neighboursAreMutual(kind: RegionSample.Kind) throws {
    for seed in 0..<3 {
      let sample = try RegionSample(kind, seed: 900 + UInt64(seed), largest: 3)
      let (census, patterns) = try Self.census(sample)
      let neighbours = patterns.indices.map { Set(census.neighbours($0)) }
      for (region, others) in neighbours.enumerated() {
        #expect(!others.contains(region))
        #expect(others.allSatisfy { neighbours[$0].contains(region) })
        // Regions of a convex domain hang together.
        #expect(patterns.count == 1 || !others.isEmpty)
      }
    }
  }

  @Test(arguments: [.trained, .integers, .proportional] as [RegionSample.Kind])
  func neighboursInThePlaneAreThoseOfPolygons(kind: RegionSample.Kind) throws {
    for seed in 0..<4 {
      let sample = try RegionSample(kind, seed: 950 + UInt64(seed), inputCount: 2)
      let (census, patterns) = try Self.census(sample)
      let pairs = patterns.indices.reduce(0) { $0 + Set(census.neighbours($1)).count }
      let polygons = try PolygonSubdivision(
        network: sample.network, slice: InputSlice(inputs: 0, 1, at: [0, 0]),
        domain: sample.domain, layerCount: sample.layerCount)
      let expected = polygons.regions.reduce(0) { sum, region in
        sum + Set(region.edges.compactMap(\.neighbor)).count
      }
      #expect(pairs == expected)
    }
  }

  /// `relu(y) - relu(y)`, where rows fix the other input: one map, of which the box sees two.
  @Test func domainsWithoutAnInsideHaveNoMapsToCount() throws {
    let network = try Network(
      layers: [
        Layer(weights: Matrix(rows: [[1, 1], [0, 1]]), biases: [0, 0], activation: .relu),
        Layer(weights: Matrix(rows: [[1, -1]]), biases: [0], activation: .identity),
      ], scalarType: .float32)
    func domain(_ bound: Double) throws -> InputDomain {
      try InputDomain(
        box: Box(lower: -1, upper: 1, count: 2),
        rows: [1.0, -1].map { sign in
          LinearRow(terms: [.init(input: 0, coefficient: sign)], bound: bound)
        })
    }
    let thin = RegionCounting.propagated(network, try domain(0))
    #expect(!thin.domain.hasInside)
    for definition in [RegionDefinition.pieces, .maps] {
      #expect(throws: RegionFailure.thinDomain) {
        try RegionCount.result(thin, .automatic, definition, layerCount: 1)
      }
    }
    #expect(try RegionCount.result(thin, layerCount: 1).totals == [2])
    let thick = RegionCounting.propagated(network, try domain(0.25))
    #expect(thick.domain.hasInside)
    // Both, the second alone, the first alone, none.
    #expect(try RegionCount.result(thick, .automatic, .maps, layerCount: 1).mapCount == 4)
  }

  /// The tent: two pieces have one map, with another between them.
  @Test func piecesOfOneMapThatDoNotTouchAreCountedApart() throws {
    let network = try Network(
      layers: [
        Layer(
          weights: Matrix(rows: [[1], [1]]), biases: [0.5, -0.5], activation: .relu),
        Layer(weights: Matrix(rows: [[1, -1]]), biases: [0], activation: .identity),
      ], scalarType: .float32)
    // The function is 0, x + 1/2, 1: three maps. With slopes 1 and -1 the ends are alike.
    let domain = try InputDomain(box: Box(lower: -1, upper: 1, count: 1))
    let first = try RegionCount.result(
      RegionCounting.propagated(network, domain), .automatic, .pieces, layerCount: 1)
    #expect(first.mapCount == 3 && first.pieceCount == 3)
    let bump = try Network(
      layers: [
        Layer(
          weights: Matrix(rows: [[1], [1], [1]]), biases: [0.5, 0, -0.5], activation: .relu),
        Layer(weights: Matrix(rows: [[1, -2, 1]]), biases: [0], activation: .identity),
      ], scalarType: .float32)
    let second = try RegionCount.result(
      RegionCounting.propagated(bump, domain), .automatic, .pieces, layerCount: 1)
    #expect(second.mapCount == 3 && second.pieceCount == 4)
  }

  private static func census(
    _ sample: RegionSample
  ) throws -> (PieceCensus, [[UnitPhase]]) {
    let result = try RegionCount.result(
      sample.proved, .automatic, .maps, layerCount: sample.layerCount)
    let patterns = result.parts.first?.patterns ?? [[]]
    let maps = RegionMaps(sample.proved, layerCount: sample.layerCount)
    return (PieceCensus(maps, patterns: patterns), patterns)
  }
}
