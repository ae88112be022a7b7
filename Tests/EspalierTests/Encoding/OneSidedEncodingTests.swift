import CBCBackend
import Certificates
import ExactArithmetic
import MILP
import NeuralNetwork
import Testing

@testable import Espalier

/// The encoding with binaries only where they matter keeps every input and the optimum.
@Suite struct OneSidedEncodingTests {
  static let tolerance = 1e-6

  @Test(arguments: 0..<60 as Range<UInt64>, Side.allCases)
  func everyInputIsAPoint(seed: UInt64, side: Side) throws {
    let (encoding, state) = try sample(seed: seed, side: side)
    let model = try #require(encoding.model(unit: 0, side: side))
    let bias = encoding.network.layers[encoding.layer].biases[0]
    for input in RandomNetworks.points(of: state.domain, count: 40, seed: seed) {
      let point = EncodedPoint.columns(
        of: encoding, input: input, state: state, zeroIsOn: false)
      #expect(model.largestViolation(at: point) <= Self.tolerance)
      let value = state.network.preactivations(at: input)[encoding.layer][0].approximation
      #expect(abs(model.objectiveValue(at: point) - side.factor * (value - bias)) < Self.tolerance)
    }
  }

  @Test(arguments: 0..<60 as Range<UInt64>, Side.allCases)
  func theOptimumIsThatOfTheFullEncoding(seed: UInt64, side: Side) throws {
    let (encoding, state) = try sample(seed: seed, side: side)
    let full = TriangleRelaxation(
      network: encoding.network, domain: state.domain, intervals: FloatIntervals(state),
      layer: encoding.layer, withBinaries: true)
    let values = try [encoding, full].map { encoding in
      let model = try #require(encoding.model(unit: 0, side: side))
      let outcome = try CBCSolver().solve(model, limits: SolveLimits(nodes: 1000))
      guard case .claimedOptimal(_, let bound) = outcome else { throw NoOptimum() }
      return bound
    }
    #expect(abs(values[0] - values[1]) < Self.tolerance)
  }

  @Test(arguments: 0..<60 as Range<UInt64>, Side.allCases)
  func unitsThatWantToBeSmallHaveNoBinary(seed: UInt64, side: Side) throws {
    let (encoding, _) = try sample(seed: seed, side: side)
    let weights = encoding.network.layers[encoding.layer].weights.row(0)
    for (k, layer) in encoding.units.enumerated() {
      for (i, entry) in layer.enumerated() where entry.postactivation != nil {
        let isTop = k == encoding.layer - 1
        let wantsToBeSmall = isTop && side.factor * weights.map { $0 }[i] <= 0
        #expect((entry.binary == nil) == wantsToBeSmall)
      }
    }
  }

  private struct NoOptimum: Error {}

  private func sample(
    seed: UInt64, side: Side
  ) throws -> (TriangleRelaxation, ProofState) {
    let network = try RandomNetworks.integers(seed: seed, identityShare: 0.2)
    let domain = try RandomNetworks.box(for: network)
    let state = EncodedPoint.state(of: network, on: domain)
    let encoding = TriangleRelaxation(
      network: network, domain: domain, intervals: FloatIntervals(state),
      target: UnitID(layer: network.layers.count - 1, index: 0), side: side)
    return (encoding, state)
  }
}
