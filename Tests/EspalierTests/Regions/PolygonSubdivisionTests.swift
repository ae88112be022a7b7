import ExactArithmetic
import MILP
import ModelIO
import NeuralNetwork
import StrictJSON
import TestSupport
import Testing

@testable import Certificates
@testable import Espalier

/// Counts of regions that are known, and what must hold on every network.
@Suite struct PolygonSubdivisionTests {
  // MARK: Known counts

  @Test func theSixCountsOfTheGoldenCaseDiffer() throws {
    let model = try ModelReader.read(path: RegionFixture.path("toy/max_min.json"))
    let domain = try #require(model.suggestedDomain)
    let slice = try InputSlice(inputs: 0, 1, at: [0, 0])
    let subdivision = try PolygonSubdivision(network: model.network, slice: slice, domain: domain)
    let counts = subdivision.counts()
    #expect(counts.feasiblePatterns == 7)
    #expect(counts.regions == 5)
    #expect(counts.convexPieces.contains(4))
    #expect(counts.openPieces == 3)
    #expect(counts.closedPieces == 3)
    #expect(counts.maps == 3)
    #expect(subdivision.countsAfterLayers == [4, 5, 5])
  }

  @Test(
    arguments: [
      "moons_8_l1-0_s11", "moons_16-16_l1-0_s11", "rings_16_l1-0_s11", "spirals_8-8_l1-0_s11",
    ])
  func trainedNetworksHaveTheKnownCounts(name: String) throws {
    let truth = try RegionFixture.truth(name)
    let subdivision = try RegionFixture.subdivision(
      "models/trained/\(name).onnx", lower: 0, upper: 1)
    #expect(subdivision.regions.count == truth.patterns)
    #expect(Array(subdivision.countsAfterLayers.dropLast()) == truth.firstLayers)
    #expect(subdivision.maps.count == truth.maps)
  }

  @Test func linesInGeneralPositionMakeTheRegionsOfTheFormula() throws {
    let subdivision = try RegionFixture.subdivision(
      "models/edge/lines_general_6.onnx", lower: -8, upper: 8)
    #expect(subdivision.regions.count == 1 + 6 + 6 * 5 / 2)
    #expect(subdivision.vertexCount - subdivision.edgeCount + subdivision.regions.count == 1)
  }

  @Test func unitsThatOnlyTouchTheBoxCutNothing() throws {
    let subdivision = try RegionFixture.subdivision(
      "models/edge/touching_box.onnx", lower: 0, upper: 1)
    #expect(subdivision.regions.count == 2)
    // The unit that is zero everywhere counts as inactive.
    #expect(subdivision.regions.allSatisfy { !$0.pattern[4] })
  }

  @Test func fewerLayersGiveTheirOwnRegions() throws {
    let model = try ModelReader.read(
      path: RegionFixture.path("models/trained/moons_16-16_l1-0_s11.onnx"))
    let domain = try InputDomain(box: Box(lower: 0, upper: 1, count: 2))
    let slice = try InputSlice(inputs: 0, 1, at: [0, 0])
    let first = try PolygonSubdivision(
      network: model.network, slice: slice, domain: domain, layerCount: 1)
    #expect(first.countsAfterLayers == [23])
    #expect(first.units.allSatisfy { $0.layer == 0 } && first.units.count == 16)
    #expect(first.maps.allSatisfy { $0.rows.count == 16 })
    let limited = try PolygonSubdivision(
      network: model.network, slice: slice, domain: domain, regionLimit: 100)
    #expect(limited.isCutShort && limited.countsAfterLayers == [23])
    #expect(limited.regions == first.regions && limited.maps == first.maps)
  }

  // MARK: Random networks

  @Test(arguments: 0..<60)
  func polygonsTileTheBoxAndHaveTheirPatterns(seed: Int) throws {
    let network = try RegionFixture.randomNetwork(seed: UInt64(seed))
    let domain = try RandomNetworks.box(for: network)
    let slice = try RegionFixture.randomSlice(network, seed: UInt64(seed))
    let subdivision = try PolygonSubdivision(network: network, slice: slice, domain: domain)
    try expectTiling(subdivision, try ConvexPolygon(slice, in: domain))
    try expectPatternsAndMaps(subdivision, network, domain)
  }

  @Test(arguments: 0..<40)
  func everyPatternOfAPointIsCounted(seed: Int) throws {
    let network = try RegionFixture.randomNetwork(seed: UInt64(seed))
    let domain = try RandomNetworks.box(for: network)
    let slice = try InputSlice(
      inputs: 0, 1, at: Array(repeating: 0, count: network.inputCount))
    let subdivision = try PolygonSubdivision(network: network, slice: slice, domain: domain)
    let feasible = subdivision.feasiblePatterns()
    let counts = subdivision.counts()
    #expect(counts.feasiblePatterns >= counts.regions)
    #expect(counts.regions >= counts.openPieces)
    #expect(counts.openPieces >= counts.closedPieces)
    #expect(counts.closedPieces >= counts.maps)
    var found: Set<UnitBits> = []
    let exact = ExactNetwork(network)
    for i in -16...16 {
      for j in -16...16 {
        let point = (s: Dyadic(Double(i) / 16), t: Dyadic(Double(j) / 16))
        found.insert(RegionFixture.pattern(network, exact.signs(at: slice.input(at: point))))
      }
    }
    #expect(found.isSubset(of: feasible))
  }

  private func expectTiling(_ subdivision: PolygonSubdivision, _ polygon: ConvexPolygon) throws {
    let whole = PlanarSubdivision(polygon)
    let corners = whole.boundary(of: 0).map { whole.vertices[whole.halfEdges[$0].origin] }
    let exact = corners.indices.dropFirst(2).reduce(Rational.zero) {
      let double = corners[0].determinant(corners[$1 - 1], corners[$1])
      let height = corners[0].z * corners[$1 - 1].z * corners[$1].z
      return $0 + Rational(double.signum() < 0 ? -double : double, 2 * height)
    }
    let sum = subdivision.regions.indices.reduce(Rational.zero) {
      $0 + subdivision.area(of: $1)
    }
    #expect(sum == exact)
    for (i, region) in subdivision.regions.enumerated() {
      #expect(subdivision.area(of: i).signum > 0)
      for edge in region.edges {
        guard let neighbor = edge.neighbor else { continue }
        #expect(neighbor != i)
        #expect(subdivision.regions[neighbor].edges.contains { $0.neighbor == i })
      }
    }
    #expect(Set(subdivision.regions.map(\.pattern)).count == subdivision.regions.count)
    #expect(subdivision.vertexCount - subdivision.edgeCount + subdivision.regions.count == 1)
  }

  private func expectPatternsAndMaps(
    _ subdivision: PolygonSubdivision, _ network: Network, _ domain: InputDomain
  ) throws {
    let exact = ExactNetwork(network)
    for (i, region) in subdivision.regions.enumerated() {
      let point = subdivision.interiorPoint(of: i)
      let input = subdivision.slice.input(at: point)
      #expect(domain.violation(at: input) == nil)
      #expect(region.pattern == RegionFixture.pattern(network, exact.signs(at: input)))
      let outputs = try #require(exact.preactivations(at: input).last)
      let rows = subdivision.maps[region.map].rows
      #expect(rows.map { $0.value(s: point.s, t: point.t) } == outputs)
      let inputMap = subdivision.inputMap(of: i, in: network)
      #expect(inputMap.values(at: input) == outputs)
    }
  }
}
