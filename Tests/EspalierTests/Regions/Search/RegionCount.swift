import Certificates
import ExactArithmetic
import MILP
import NeuralNetwork
import Testing

@testable import Espalier

/// Counts of the region tree, and the same by other means.
enum RegionCount {
  /// The engines of the tree.
  static let engines: [RegionEngine] = [.faces, .cells, .exact]

  /// The result of one engine.
  static func result(
    _ proved: ProofState, _ engine: RegionEngine = .automatic,
    _ definition: RegionDefinition = .activation, layerCount: Int,
    concurrency: Concurrency = .serial
  ) throws -> RegionResult {
    let counter = try RegionCounter(
      proved: proved,
      options: RegionOptions(
        engine: engine, definition: definition, layerCount: layerCount, hasProof: false),
      concurrency: concurrency)
    return try counter.run { _ in true }
  }

  /// The regions after each layer of a sample, as one engine counts them.
  static func totals(
    _ sample: RegionSample, _ engine: RegionEngine = .automatic,
    _ definition: RegionDefinition = .activation
  ) throws -> [Int] {
    let result = try result(
      sample.proved, engine, definition, layerCount: sample.layerCount)
    #expect(result.isComplete && result.upperBound == nil)
    return result.totals.map { Int($0) }
  }

  /// The patterns of all units that change sign, also those on sets without an inside, by one exact
  /// program for each.
  static func patternsOfPoints(_ proved: ProofState, layerCount: Int) -> Int {
    let units = proved.network.network.reluUnits.filter {
      $0.layer < layerCount && proved[$0].lower.signum <= 0 && proved[$0].upper.signum > 0
    }
    return (0..<1 << units.count).count { bits in
      let isOn = units.indices.map { bits >> $0 & 1 == 1 }
      let cell = PatternCell(
        state: proved, openUnits: units, pattern: OpenUnitPattern(isOn: isOn))
      return isTaken(zip(cell.forms, isOn).map { ($0, $1) }, domain: proved.domain)
    }
  }

  /// True if a point of the domain has `z > 0` where a unit is on, and `z ≤ 0` where it is not.
  private static func isTaken(
    _ signs: [(form: AffineForm, isOn: Bool)], domain: InputDomain
  ) -> Bool {
    let n = domain.inputCount
    var rows = signs.map { form, isOn in
      RationalRow(
        form.coefficients + [isOn ? Dyadic(-1) : .zero], isOn ? .atLeast : .atMost,
        -form.constant)
    }
    for row in domain.rows {
      var coefficients = [Dyadic](repeating: .zero, count: n + 1)
      for term in row.terms { coefficients[term.input] = Dyadic(term.coefficient) }
      rows.append(RationalRow(coefficients, .atMost, Dyadic(row.bound)))
    }
    let program = RationalLP(
      lower: domain.box.lower.map { Dyadic($0) } + [.zero],
      upper: domain.box.upper.map { Dyadic($0) } + [.one], rows: rows,
      objective: [Dyadic](repeating: .zero, count: n) + [.one])
    guard case .optimal(let depth, _, _, _) = LazyRationalSimplex.solve(program) else {
      return false
    }
    return depth.signum > 0
  }
}
