public import ExactArithmetic
internal import NeuralNetwork

extension WorkingNetwork {
  /// How far a unit's output may be from what a substitution says, on the domain; nil if none of the
  /// cases is met.
  ///
  /// - Source: `docs/certificate-format.md`, section 9, `substitute`.
  public func error(of substitution: Substitution) -> Dyadic? {
    guard let position = position(ofLayer: substitution.unit.layer),
      let row = layers[position].units.firstIndex(of: substitution.unit.index)
    else { return nil }
    let layer = layers[position]
    var terms: [(row: Int, value: Dyadic)] = []
    for term in substitution.terms {
      guard let row = layer.units.firstIndex(of: term.index) else { return nil }
      terms.append((row, term.value))
    }
    let bent = terms.filter { !layer.isLinear($0.row) }
    var errors: [Dyadic] = []
    if terms.isEmpty {
      let range = layer.outputRange(row)
      errors.append(
        max(
          (substitution.constant - range.lower).magnitude,
          (substitution.constant - range.upper).magnitude))
    }
    if bent.isEmpty && layer.isLinear(row) {
      var form = WorkingForm(row, of: layer)
      for term in terms { form.add(WorkingForm(term.row, of: layer), times: -term.value) }
      form.constant -= substitution.constant
      errors.append(form.reach(over: inputRanges(ofPosition: position)) + form.slack)
    }
    if bent.count == 1, bent[0].value.signum > 0, layer.activations[row] == .relu {
      errors.append(
        bentError(
          row, bent[0], terms.filter { $0.row != bent[0].row }, substitution.constant,
          position: position))
    }
    return errors.min()?.rounded(.up, toBitCount: ExactNetwork.intervalBitCount)
  }

  /// The error of `h_u = value · h_j + L` for relu units of which one is a multiple of the other.
  private func bentError(
    _ row: Int, _ bent: (row: Int, value: Dyadic), _ linear: [(row: Int, value: Dyadic)],
    _ constant: Dyadic, position: Int
  ) -> Dyadic {
    let layer = layers[position]
    let inputs = inputRanges(ofPosition: position)
    let unit = WorkingForm(row, of: layer)
    let other = WorkingForm(bent.row, of: layer)
    var rest = WorkingForm(inputCount: layer.inputCount)
    for term in linear { rest.add(WorkingForm(term.row, of: layer), times: term.value) }
    rest.constant += constant
    // relu(c t) = c relu(t)
    var difference = unit
    difference.add(other, times: -bent.value)
    let same =
      difference.reach(over: inputs) + rest.reach(over: inputs) + difference.slack + rest.slack
    // relu(-c t) = c relu(t) - c t
    var sum = unit
    sum.add(other, times: bent.value)
    var line = rest
    line.add(other, times: bent.value)
    let opposite = sum.reach(over: inputs) + line.reach(over: inputs) + sum.slack + line.slack
    return min(same, opposite)
  }

  mutating func apply(
    _ substitution: Substitution, _ rewrite: Rewrite, at place: String
  ) throws(CheckFailure) {
    let (position, row) = try locate(substitution.unit, rewrite, at: place)
    let indices = substitution.terms.map(\.index)
    guard zip(indices, indices.dropFirst()).allSatisfy(<),
      !indices.contains(substitution.unit.index),
      substitution.terms.allSatisfy({ !$0.value.isZero }), let error = error(of: substitution)
    else {
      throw Self.refusal(
        rewrite, "a unit by other units of its layer that can stand for it",
        "\(substitution.unit) by units \(indices)", at: place)
    }
    let column = layers[position + 1].column(row)
    for term in substitution.terms {
      guard let other = layers[position].units.firstIndex(of: term.index) else { continue }
      let old = layers[position + 1].column(other)
      layers[position + 1].setColumn(other, to: zip(old, column).map { $0 + $1 * term.value })
    }
    fold(substitution.constant, ofColumn: row, into: position + 1)
    for (i, weight) in column.enumerated() {
      layers[position + 1].slacks[i] += weight.magnitude * error
    }
    remove(row: row, of: position)
  }
}
