import ExactArithmetic
import MILP
import TestSupport
import Testing

@testable import Certificates
@testable import Espalier

/// The program in doubles finds what the exact one finds, and what it proves is true.
@Suite struct LazyFloatSimplexTests {
  @Test(arguments: CutNetwork.Kind.allCases)
  func maximaAreThoseOfExactPrograms(kind: CutNetwork.Kind) throws {
    for seed in 0..<4 {
      let path = CutPath(
        try CutNetwork(kind, dimension: 1 + seed, seed: UInt64(seed), unitCount: 9),
        seed: UInt64(seed))
      for place in path.places {
        let program = CellProgram(path.sample.network, cuts: place.cuts)
        for isOn in [false, true] {
          let exact = try #require(
            place.cell.maximum(layer: path.layer, row: place.row, isOn: isOn)
          ).value
          let objective = path.objective(place.row, isOn: isOn)
          guard let answer = program.maximize(objective) else { continue }
          let size = path.sample.forms.sizes[place.row]
          // Thin cells may be empty within the tolerance of doubles.
          let tolerance = kind == .concurrent || kind == .parallel ? 1e-2 : 1e-6
          #expect(
            (answer.bound - exact.approximation).magnitude <= tolerance * size,
            "\(kind) \(seed) row \(place.row)")
          expectProofs(path, place, program, objective, exact, answer.multipliers)
        }
      }
    }
  }

  /// Whatever multipliers are used, nothing false is shown.
  private func expectProofs(
    _ path: CutPath, _ place: CutPath.Place, _ program: CellProgram, _ objective: [Double],
    _ exact: Rational, _ multipliers: [(index: Int, value: Double)]
  ) {
    var generator = SplitMix64(seed: UInt64(place.row))
    var choices = [multipliers, []]
    for exponent in [-50, -30, -3] {
      let change = Double(sign: .plus, exponent: exponent, significand: 1)
      choices.append(
        multipliers.map {
          ($0.index, $0.value * (1 + Double.random(in: -change...change, using: &generator)))
        })
    }
    for choice in choices {
      let isNegative = program.isNegative(
        objective, error: path.sample.forms.errors[place.row],
        size: path.sample.forms.sizes[place.row], by: choice)
      #expect(!isNegative || exact.signum < 0, "\(path.sample.kind) row \(place.row)")
    }
  }

  /// A maximum of exactly 0, and such that are next to it.
  @Test(arguments: [0, 0x1p-40, 0x1p-50, -0x1p-30])
  func tiesAreNotNegative(height: Double) throws {
    for factor in [1, 0x1p-300, 0x1p300, 0x1p-1000] {
      let sample = try CutNetwork(
        rows: [[1, 1], [1, -1], [-1, 0]].map { $0.map { $0 * factor } },
        biases: [-1 * factor, 0, (0.5 + height) * factor])
      let first = Cut(nil, forms: sample.forms, row: 0, layer: 0, position: 0, isOn: true)
      let second = Cut(first, forms: sample.forms, row: 1, layer: 0, position: 1, isOn: true)
      // With x + y ≥ 1 and x ≥ y, x is at least 1/2.
      let program = CellProgram(sample.network, cuts: second)
      let answer = try #require(program.maximize(Array(sample.forms.row(2))))
      let isNegative = program.isNegative(
        Array(sample.forms.row(2)), error: sample.forms.errors[2], size: sample.forms.sizes[2],
        by: answer.multipliers)
      #expect(height < 0 || !isNegative)
      if factor == 1, height == -0x1p-30 { #expect(isNegative) }
    }
  }

  @Test func deepPointsAreInside() throws {
    let path = CutPath(try CutNetwork(.general, dimension: 3, seed: 5), seed: 5)
    for place in path.places {
      let program = CellProgram(path.sample.network, cuts: place.cuts)
      let point = try #require(program.deepPoint())
      #expect(program.isStrictlyInside(point))
    }
  }

  @Test func numbersThatAreNoneEndTheProgram() throws {
    let sample = try CutNetwork(
      rows: [[0x1p1000, 0x1p1000], [1, -1]], biases: [0x1p1000, 0])
    let cut = Cut(nil, forms: sample.forms, row: 0, layer: 0, position: 0, isOn: true)
    let program = CellProgram(sample.network, cuts: cut)
    #expect(program.maximize([.infinity, 0, 0]).map(\.bound) == nil)
    #expect(program.maximize([.nan, 0, 0]).map(\.bound) == nil)
    #expect(!program.isNegative([1, 1, .nan], error: 0, size: 1, by: []))
    #expect(!program.isStrictlyInside([.nan, 0]))
  }
}
