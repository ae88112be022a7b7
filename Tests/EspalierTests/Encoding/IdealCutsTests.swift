import Certificates
import ExactArithmetic
import MILP
import NeuralNetwork
import TestSupport
import Testing

@testable import Espalier

/// Rows of the ideal formulation cut off the point they were made for, and no true point.
@Suite struct IdealCutsTests {
  /// What rounding may add to the activity of a row of small numbers.
  static let tolerance = 1e-9

  @Test(arguments: 0..<60 as Range<UInt64>)
  func rowsHoldAtEveryTruePoint(seed: UInt64) throws {
    let network = try RandomNetworks.integers(seed: seed, identityShare: 0.2)
    let domain = try RandomNetworks.box(for: network)
    let state = EncodedPoint.state(of: network, on: domain)
    let encoding = TriangleRelaxation(
      network: network, domain: domain, intervals: FloatIntervals(state),
      layer: network.layers.count - 1, withBinaries: true)
    let truePoints = RandomNetworks.points(of: domain, count: 60, seed: seed).flatMap { input in
      [true, false].map {
        EncodedPoint.columns(of: encoding, input: input, state: state, zeroIsOn: $0)
      }
    }
    var generator = SplitMix64(seed: seed)
    for _ in 0..<40 {
      let point = encoding.columns.map { column in
        Double.random(in: 0...1, using: &generator) * (column.upper - column.lower) + column.lower
      }
      for row in IdealCuts(encoding: encoding).violated(at: point, count: 100) {
        #expect(activity(of: row, at: point) > row.upper)
        for truth in truePoints {
          #expect(activity(of: row, at: truth) <= row.upper + Self.tolerance)
        }
      }
    }
  }

  /// `h = relu(x + y)` on the square from -1 to 1 at `x = 1`, `y = -1`, `δ = 1/2`: the big-M rows
  /// allow `h = 1`, the row with the second input alone no more than 0.
  @Test func cutsOffWhatTheBigMRowsAllow() throws {
    let network = try Network(
      layers: [
        Layer(
          weights: Matrix(rowCount: 1, columnCount: 2, elements: [1, 1]), biases: [0],
          activations: [.relu]),
        Layer(
          weights: Matrix(rowCount: 1, columnCount: 1, elements: [1]), biases: [0],
          activations: [.identity]),
      ], scalarType: .float32)
    let domain = try RandomNetworks.box(for: network)
    let state = EncodedPoint.state(of: network, on: domain)
    let encoding = TriangleRelaxation(
      network: network, domain: domain, intervals: FloatIntervals(state), layer: 1,
      withBinaries: true)
    let model = try #require(encoding.model(unit: 0, side: .upper))
    let point = [1, -1, 0, 1, 0.5]
    #expect(model.largestViolation(at: point) == 0.5, "only integrality is missed")
    let rows = IdealCuts(encoding: encoding).violated(at: point, count: 1)
    let row = try #require(rows.first)
    #expect(activity(of: row, at: [1, -1, 0, 0, 0.5]) <= row.upper + Self.tolerance)
    #expect(activity(of: row, at: [1, -1, 0, 0.01, 0.5]) > row.upper + Self.tolerance)
    #expect(IdealCuts(encoding: encoding).violated(at: point, count: 0).isEmpty)
    #expect(IdealCuts(encoding: encoding).violated(at: [1, 1, 2, 2, 1], count: 9).isEmpty)
  }

  private func activity(of row: MILPRow, at point: [Double]) -> Double {
    row.terms.reduce(0) { $0 + $1.coefficient * point[$1.column] }
  }
}
