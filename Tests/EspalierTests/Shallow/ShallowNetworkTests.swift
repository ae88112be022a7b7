import ExactArithmetic
import NeuralNetwork
import Testing

@testable import Espalier

/// Shallow networks are exact outside of slabs, and stay within their bound inside.
@Suite struct ShallowNetworkTests {
  @Test func theHingeByHand() throws {
    let sample = try Hinge.sample()
    #expect(sample.design.blockCount == 2 && sample.design.forms.count == 1)
    #expect(sample.design.floors == [.zero])
    // A reach is larger than the largest value by a thousandth; that of the map 0 is 0.
    let reach = Dyadic(1 + 0x1p-10)
    #expect(sample.design.reaches.map { $0[0] }.sorted() == [.zero, reach])
    let shallow = ShallowNetwork(sample.design, slabExponent: -2)
    #expect(shallow.layers.map(\.count) == [3, 2, 1])
    #expect(shallow.layers[0].map(\.bias) == [.one, .zero, Dyadic(-0.25)])
    let outputs = [-1, -0.5, 0, 0.125, 0.25, 0.5, 1].map {
      shallow.outputs(at: [Dyadic($0)])[0]
    }
    // At 1/8 the literal is 1/2, and 1/8 - reach / 2 is below 0.
    #expect(outputs == [0, 0, 0, 0, 0.25, 0.5, 1].map { Dyadic($0) })
    #expect(!shallow.isClear(at: [Dyadic(0.125)]))
    #expect(shallow.isClear(at: [.zero]) && shallow.isClear(at: [Dyadic(0.25)]))
  }

  @Test(arguments: RegionSample.Kind.allCases, 0..<4 as Range<UInt64>)
  func equalOutsideOfSlabs(kind: RegionSample.Kind, seed: UInt64) throws {
    guard let sample = try ShallowSample(kind, seed: seed) else { return }
    try expectExactness(sample)
    #expect(try sample.regionCount.description == "\(sample.design.blockCount)")
  }

  @Test(arguments: RegionSample.Kind.allCases, 0..<3 as Range<UInt64>)
  func equalOutsideOfSlabsWithAllPatterns(kind: RegionSample.Kind, seed: UInt64) throws {
    guard let sample = try ShallowSample(kind, patterns: .all, seed: seed, largest: 3) else {
      return
    }
    #expect(sample.design.blockCount <= 1 << sample.design.openCounts.reduce(0, +))
    try expectExactness(sample)
  }

  /// Three hidden layers with more units, and outputs behind a ReLU.
  @Test(arguments: 0..<4 as Range<UInt64>)
  func equalOutsideOfSlabsOfDeepNetworks(seed: UInt64) throws {
    let network = try RegionCounting.network([2, 5, 4, 3, 2], seed: seed, identityShare: 0.2)
    try expectExactness(
      ShallowSample(network, try RandomNetworks.box(for: network), seed: seed))
  }

  private func expectExactness(_ sample: ShallowSample) throws {
    for exponent in [sample.exponent, -1, 3] {
      let shallow = ShallowNetwork(sample.design, slabExponent: exponent)
      let largest = sample.design.floors.indices.map { o in
        sample.design.reaches.map { $0[o] }.max() ?? .zero
      }
      for (i, point) in (sample.innerPoints + sample.points).enumerated() {
        let isClear = shallow.isClear(at: point)
        // The first width was chosen so that no slab reaches the points inside of regions.
        if exponent == sample.exponent && i < sample.innerPoints.count { #expect(isClear) }
        let outputs = shallow.outputs(at: point)
        let expected = sample.outputs(at: point)
        if isClear {
          #expect(outputs == expected, "at \(point) with slabs of \(shallow.slab)")
        } else if !sample.design.isAffine {
          for o in outputs.indices {
            #expect((outputs[o] - expected[o]).magnitude <= largest[o])
          }
        }
      }
    }
  }
}
