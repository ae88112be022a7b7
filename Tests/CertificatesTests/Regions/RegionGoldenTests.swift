import Certificates
import Espalier
import ExactArithmetic
import NeuralNetwork
import Testing

/// Numbers that are known by hand.
@Suite struct RegionGoldenTests {
  /// `max(-y, min(0, -x))` on the square: four quadrants, one of which the diagonal cuts.
  @Test(arguments: RegionEngine.allCases) func countsTheCorner(engine: RegionEngine) throws {
    let network = Toy.corner.network
    for x in stride(from: -1.0, through: 1, by: 0.25) {
      for y in stride(from: -1.0, through: 1, by: 0.25) {
        let place = Place(numerators: [Dyadic(x), Dyadic(y)], denominator: .one)
        let output = ExactCells.preactivations(of: network, at: place)[2][0]
        #expect(output == Dyadic(max(-y, min(0, -x))))
      }
    }
    let both = BothCheckers("RegionGoldenTests, countsTheCorner, \(engine)")
    for (layerCount, counts) in [(1, [[2], [2]]), (2, [[4, 5]]), (3, [[4, 5, 5]])] {
      let scene = try RegionScene(network, Toy.corner.domain, layerCount: layerCount)
      #expect(scene.census.counts == counts)
      let claim = try scene.searched(by: engine)
      #expect(claim.counts == counts)
      #expect(try both.rule(of: scene.certificate(claim), scene.subject) == nil)
    }
    try both.finish()
  }

  @Test(arguments: [Toy.corner, .parts]) func saysTheNumbers(toy: Toy) throws {
    let summary = try CertificateChecker.check(toy.certificate, model: toy.model).summary
    #expect(summary.regionCounts == toy.regions?.counts)
    #expect(summary.regionLayerCount == 3)
    #expect(summary.regionTotals == (toy == .corner ? ["4", "5", "5"] : ["4", "4", "4"]))
    // The leaves of empty nodes, and two of each zero one.
    #expect(summary.leafCount == (toy == .corner ? 7 : 6))
  }

  @Test(arguments: [Toy.hinge, .branches, .folded, .constant])
  func saysNothingWithoutAClaim(toy: Toy) throws {
    let summary = try CertificateChecker.check(
      toy.certificate, model: toy.model, result: toy.result
    ).summary
    #expect(summary.regionCounts == nil && summary.regionTotals == nil)
  }
}
