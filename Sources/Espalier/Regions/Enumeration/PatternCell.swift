internal import Certificates
internal import ExactArithmetic
internal import MILP
internal import NeuralNetwork

/// The part of the domain that has a given pattern, in exact arithmetic.
struct PatternCell {
  /// Whether a pattern has a region.
  enum Answer: Hashable {
    /// It has, and this is a point that the exact program found in it; it still is to be replayed.
    case region([Rational])
    /// It has none.
    case empty
    /// The program is too large, or the domain has a ball.
    case undecided
  }

  /// The most work of one program, in products of machine words.
  static let workLimit = 30_000_000
  /// The most rows times columns that are written down.
  static let maximumSize = 150_000

  let state: ProofState
  let openUnits: [UnitID]
  let pattern: OpenUnitPattern

  /// The pre-activations of the open units as affine forms of the inputs on the cell, in order.
  ///
  /// Inputs that the domain fixes are part of the constant.
  var forms: [AffineForm] {
    let bits = Dictionary(uniqueKeysWithValues: zip(openUnits, pattern.isOn))
    var inputs = inputForms
    var forms: [AffineForm] = []
    for k in 0..<((openUnits.last?.layer ?? -1) + 1) {
      let layer = state.network.network.layers[k]
      var outputs: [AffineForm] = []
      for i in 0..<layer.unitCount {
        let unit = UnitID(layer: k, index: i)
        var form = AffineForm(columnCount: state.domain.inputCount)
        form.constant = Dyadic(layer.biases[i])
        for (j, weight) in layer.weights.row(i).enumerated() where weight != 0 {
          form.add(inputs[j], times: Dyadic(weight))
        }
        if bits[unit] != nil { forms.append(form) }
        let passes =
          bits[unit] ?? (layer.activations[i] == .identity || state[unit].lower.signum >= 0)
        outputs.append(passes ? form : AffineForm(columnCount: state.domain.inputCount))
      }
      inputs = outputs
    }
    return forms
  }

  /// Decides by an exact linear program whether the pattern has a region.
  func decide() -> Answer {
    let size = (state.domain.inputCount + 1) * (openUnits.count + state.domain.rows.count + 1)
    guard state.domain.ball == nil, size <= Self.maximumSize else { return .undecided }
    guard let program else { return .empty }
    switch LazyRationalSimplex.solve(program, workLimit: Self.workLimit) {
    case nil: return .undecided
    case .infeasible: return .empty
    case .optimal(let value, let point, _, _):
      return value.signum > 0 ? .region(Array(point[..<state.domain.inputCount])) : .empty
    }
  }

  /// The largest margin by which all units that are not 0 on the cell keep their sides; nil if one
  /// is 0 and should be on.
  private var program: RationalLP? {
    let n = state.domain.inputCount
    var rows: [RationalRow] = []
    for (position, form) in forms.enumerated() {
      let isOn = pattern.isOn[position]
      if form.isZero {
        if isOn { return nil }
        continue
      }
      let scale = Dyadic(MarginScale.scale(of: state[openUnits[position]]))
      rows.append(
        RationalRow(
          form.coefficients + [isOn ? -scale : scale], isOn ? .atLeast : .atMost, -form.constant))
    }
    for row in state.domain.rows {
      var coefficients = [Dyadic](repeating: .zero, count: n + 1)
      for term in row.terms { coefficients[term.input] = Dyadic(term.coefficient) }
      rows.append(RationalRow(coefficients, .atMost, Dyadic(row.bound)))
    }
    return RationalLP(
      lower: state.domain.box.lower.map { Dyadic($0) } + [.zero],
      upper: state.domain.box.upper.map { Dyadic($0) } + [.one], rows: rows,
      objective: [Dyadic](repeating: .zero, count: n) + [.one])
  }

  private var inputForms: [AffineForm] {
    zip(state.domain.box.lower, state.domain.box.upper).enumerated().map { t, ends in
      var form = AffineForm(columnCount: state.domain.inputCount)
      if ends.0 < ends.1 {
        form.coefficients[t] = .one
      } else {
        form.constant = Dyadic(ends.0)
      }
      return form
    }
  }
}

extension AffineForm {
  /// True if the form is 0 everywhere.
  var isZero: Bool { constant.isZero && coefficients.allSatisfy(\.isZero) }
}
