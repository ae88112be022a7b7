import NeuralNetwork
import TestSupport
import Testing

@testable import Certificates
@testable import Espalier

/// Regions of one layer counted without making them are as many as when they are made.
@Suite struct ArrangementCountTests {
  @Test(arguments: CutNetwork.Kind.allCases, 1...4)
  func countsAreThoseOfTheTree(kind: CutNetwork.Kind, dimension: Int) throws {
    for seed in 0..<AttackScale.count(inTests: 2, inAttack: 40) {
      let sample = try CutNetwork(
        kind, dimension: dimension, seed: 60 + UInt64(seed), unitCount: dimension == 4 ? 5 : 6)
      guard sample.network.dimension > 0 else { continue }
      let cell = VertexCell(lower: sample.network.lower, upper: sample.network.upper)
      let count = ArrangementCount(sample.forms).count(cell, rows: Array(sample.rows))
      if kind == .general || kind == .deep {
        #expect(count != nil, "general position can always be told")
      }
      guard let count else { continue }
      #expect(count == Self.treeCount(sample), "\(kind) seed \(seed)")
    }
  }

  /// The regions by exact programs, cell by cell.
  private static func treeCount(_ sample: CutNetwork) -> Int {
    let layer = sample.network.layers.count - 1
    func count(_ row: Int, _ cuts: Cut?) -> Int {
      guard row < sample.rows.count else { return 1 }
      let cell = ExactCell(sample.network, forms: sample.exact, cuts: cuts)
      guard cell.side(layer: layer, row: row) == .touching else { return count(row + 1, cuts) }
      return [false, true].reduce(0) { sum, isOn in
        let cut = Cut(
          cuts, forms: sample.forms, row: row, layer: layer, position: row, isOn: isOn)
        return sum + count(row + 1, cut)
      }
    }
    return count(0, nil)
  }

  private func count(_ rows: [[Double]], _ biases: [Double]) throws -> Int? {
    let sample = try CutNetwork(rows: rows, biases: biases)
    let cell = VertexCell(lower: sample.network.lower, upper: sample.network.upper)
    return ArrangementCount(sample.forms).count(cell, rows: Array(sample.rows))
  }

  @Test func generalPositionHasTheFormulasNumber() throws {
    // Six lines that all meet inside the square: 1 + 6 + 15.
    let slopes = [0.1, 0.3, 0.5, 0.7, 0.9, 1.3]
    #expect(try count(slopes.map { [$0, -1] }, slopes.map { $0 * $0 / 8 - 0.05 }) == 22)
    #expect(try count([[1, 0, 0], [0, 1, 0], [0, 0, 1]], [0.25, 0, 0.5]) == 8)
    #expect(try count([[1], [1], [-1]], [0.5, -0.5, 0.25]) == 4)
  }

  @Test func coincidencesAreLeftToOthers() throws {
    // Twice the same line, and three through one point.
    #expect(try count([[1, 0], [2, 0]], [0.5, 1]) == nil)
    #expect(try count([[1, 0], [0, 1], [1, 1]], [0, 0, 0]) == nil)
    // Three planes through one line, and four through one point.
    #expect(try count([[1, 0, 0], [0, 1, 0], [1, 1, 0]], [0, 0, 0]) == nil)
    #expect(try count([[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 1]], [0, 0, 0, 0]) == nil)
    // A line through a corner, and points that coincide.
    #expect(try count([[1, 1]], [-2]) == nil)
    #expect(try count([[1], [2]], [0.25, 0.5]) == nil)
    // Three lines that meet a little outside a point.
    #expect(try count([[1, 0], [0, 1], [1, 1]], [0, 0, 0x1p-30]) == 7)
    #expect(try count([[1, 0], [0, 1], [1, 1]], [0, 0, 0x1p-60]) == nil)
  }
}
