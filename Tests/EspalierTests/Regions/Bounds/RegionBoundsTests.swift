import BigInt
import Certificates
import NeuralNetwork
import TestSupport
import Testing

@testable import Espalier

/// Upper bounds: numbers by hand, the formulas term by term, their order, and the truth below them.
@Suite struct RegionBoundsTests {
  private func shape(_ inputs: Int, _ layers: (open: Int, affine: Int)...) -> RegionShape {
    RegionShape(
      freeInputCount: inputs,
      layers: layers.map { .init(openCount: $0.open, affineCount: $0.affine) })
  }

  @Test func oneLayerByHand() {
    // 5 lines cut the plane into at most 1 + 5 + 10 pieces.
    let bounds = RegionBounds(widths: shape(2, (5, 0)))
    #expect(bounds.allPatterns == 32)
    #expect(bounds.zaslavsky == 16)
    #expect(bounds.raghu == 16 && bounds.montufar == 16 && bounds.serra == 16)
    #expect(bounds.certified == nil && bounds.smallest == 16)
    #expect(RegionBoundName.allCases.map { bounds[$0] } == [32, 16, 16, 16, 16, nil])
  }

  @Test func twoLayersByHand() {
    let bounds = RegionBounds(widths: shape(2, (3, 0), (2, 0)), proved: shape(2, (2, 1), (2, 0)))
    // (1 + 3 + 3) · (1 + 2 + 1).
    #expect(bounds.raghu == 28 && bounds.montufar == 28 && bounds.zaslavsky == nil)
    // 1 and 3 regions with 3 and 2 units on keep both dimensions: 4 each; 3 with one: 1 + 2.
    #expect(bounds.serra == 4 * 4 + 3 * 3)
    // 2 lines: 4 regions; with both off one affine unit is left.
    #expect(bounds.certified == BigInt(3 * 4 + 1 * 3))
  }

  @Test func identityUnitsPassDimensionsOn() {
    // A narrow layer cuts the dimension to 1; with an identity unit beside it to 2.
    #expect(RegionBounds(widths: shape(3, (1, 0), (4, 0))).montufar == 2 * 5)
    #expect(RegionBounds(widths: shape(3, (1, 1), (4, 0))).montufar == 2 * 11)
    #expect(RegionBounds(widths: shape(3, (1, 1), (4, 0))).serra == 11 + 5)
    // A layer of identity units only.
    let bounds = RegionBounds(widths: shape(3, (0, 2), (4, 0)))
    #expect(bounds.zaslavsky == 15 && bounds.montufar == 11 && bounds.serra == 11)
    #expect(RegionBounds(widths: shape(0, (3, 1))).serra == 1)
    #expect(RegionBounds(widths: shape(3, (0, 0), (4, 0))).serra == 1)
    #expect(RegionBounds(widths: shape(3)).serra == 1)
  }

  /// The sum over all tuples of Theorem 1, as it is printed.
  private func serraTermByTerm(_ shape: RegionShape) -> BigInt {
    func sum(_ k: Int, _ limit: Int) -> BigInt {
      guard k < shape.layers.count else { return 1 }
      let layer = shape.layers[k]
      return (0...min(limit, layer.openCount)).reduce(BigInt(0)) { total, j in
        let coefficient = BinomialRow(layer.openCount, upTo: j).values[j]
        return total + coefficient * sum(k + 1, min(limit, layer.movingCount - j))
      }
    }
    return sum(0, shape.freeInputCount)
  }

  @Test(arguments: 0..<400)
  func theOrderHoldsForRandomShapes(seed: Int) {
    var generator = SplitMix64(seed: UInt64(seed))
    let inputs = Int.random(in: 0...7, using: &generator)
    let count = Int.random(in: 1...4, using: &generator)
    var widths: [RegionShape.LayerCounts] = []
    var proved: [RegionShape.LayerCounts] = []
    for _ in 0..<count {
      let open = Int.random(in: 0...7, using: &generator)
      let affine = Int.random(in: 0...5, using: &generator) / 2
      let stillOpen = Int.random(in: 0...open, using: &generator)
      let active = Int.random(in: 0...(open - stillOpen), using: &generator)
      widths.append(.init(openCount: open, affineCount: affine))
      proved.append(.init(openCount: stillOpen, affineCount: affine + active))
    }
    let whole = RegionShape(freeInputCount: inputs, layers: widths)
    let rest = RegionShape(freeInputCount: inputs, layers: proved)
    let bounds = RegionBounds(widths: whole, proved: rest)
    let values = RegionBoundName.allCases.compactMap { bounds[$0] }
    #expect(zip(values, values.dropFirst()).allSatisfy { $0 >= $1 }, "\(bounds)")
    #expect(bounds.serra == serraTermByTerm(whole))
    #expect(bounds.certified == serraTermByTerm(rest))
    #expect(values.allSatisfy { $0 >= 1 })
  }

  @Test(arguments: RegionTruth.names)
  func theTruthLiesBelow(name: String) throws {
    let truth = try RegionTruth(name)
    let proved = truth.proved
    for (k, count) in truth.counts.enumerated() {
      let bounds = RegionBounds(
        network: truth.network, domain: truth.domain, layerCount: k + 1, proved: proved)
      #expect(bounds.smallest >= BigInt(count), "\(k)")
    }
  }

  @Test func wideLayersAreQuick() {
    let bounds = RegionBounds(widths: shape(784, (400, 0), (400, 0)))
    #expect(bounds.serra < bounds.montufar && bounds.montufar <= bounds.raghu)
    #expect(RegionBounds(widths: shape(150_000, (1000, 0))).serra == BigInt(1) << 1000)
  }

  @Test func provedIntervalsSortUnits() throws {
    let network = try Network(
      layers: [
        Layer(
          weights: Matrix(rows: [[1, 0], [0, 1], [1, 1], [0, 0], [1, -1], [0, 0]]),
          biases: [-0.5, 1, -3, 2, 0, 1],
          activations: [.relu, .relu, .relu, .relu, .identity, .identity])
      ], scalarType: .float32)
    let domain = try InputDomain(box: Box(lower: [0, 0], upper: [1, 1]))
    let state = ProofState(network: ExactNetwork(network), domain: domain)
    #expect(
      RegionShape(network: network, domain: domain, layerCount: 1) == shape(2, (4, 2)))
    // Open, active, off, constant; an identity unit, and one that is constant.
    #expect(RegionShape(proved: state, layerCount: 1) == shape(2, (1, 2)))
    let half = try InputDomain(box: Box(lower: [0, 0.5], upper: [1, 0.5]))
    #expect(RegionShape(network: network, domain: half, layerCount: 1).freeInputCount == 1)
  }
}
