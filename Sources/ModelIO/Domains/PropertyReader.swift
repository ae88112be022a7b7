internal import ExactArithmetic
internal import NeuralNetwork

/// Reads the input part of a VNN-LIB property, version 1.0 or 2.0.
///
/// Assertions about outputs alone are counted and left out. What is asserted about inputs must be
/// a conjunction of closed linear inequalities, since a domain is one convex set.
struct PropertyReader {
  private var variables = PropertyVariables()
  private var constraints: DomainConstraints?
  private var decimals = InexactDecimals()
  private var rowNotes = NoteList()
  private var outputAssertionCount = 0
  private let inputCount: Int

  /// The domain that the bytes of a property describe.
  static func read(
    _ bytes: [UInt8], inputCount: Int
  ) throws(ModelFault) -> (domain: InputDomain, outputAssertionCount: Int, notes: [String]) {
    var reader = PropertyReader(inputCount: inputCount)
    var parser = ExpressionParser(bytes)
    var isEmpty = true
    while let command = try parser.next() {
      isEmpty = false
      try reader.take(command)
    }
    guard !isEmpty else { throw .malformed(place: "file", reason: "it holds no property") }
    let domain = try reader.finishedConstraints(line: 1).domain()
    return (domain, reader.outputAssertionCount, reader.decimals.notes + reader.rowNotes.notes)
  }

  private init(inputCount: Int) { self.inputCount = inputCount }

  private mutating func take(_ command: Expression) throws(ModelFault) {
    switch command.head {
    case "declare-const", "declare-fun": try variables.declareScalar(command)
    case "declare-network": try variables.declareNetwork(command)
    case "vnnlib-version":
      guard command.arguments.first?.word == "<2.0>", command.arguments.count == 1 else {
        throw fault(command, "expected version <2.0>")
      }
    case "set-logic", "set-info", "check-sat", "exit": break
    case "assert":
      guard command.arguments.count == 1, let formula = command.arguments.first else {
        throw fault(command, "an assertion has one formula")
      }
      constraints = try finishedConstraints(line: command.line)
      try assert(formula)
    case let head:
      throw fault(command, "unknown command \(PrintableName(head ?? command.word ?? ""))")
    }
  }

  /// The constraints so far; the first use checks the declarations against the network.
  private func finishedConstraints(line: Int) throws(ModelFault) -> DomainConstraints {
    if let constraints { return constraints }
    guard variables.inputCount == inputCount, variables.inputsAreComplete else {
      throw .invalidDomain(
        reason: "expected declarations of \(inputCount) inputs as the network has, "
          + "found \(variables.inputCount)")
    }
    return DomainConstraints(inputCount: inputCount)
  }

  // MARK: Formulas

  private mutating func assert(_ formula: Expression) throws(ModelFault) {
    let kinds = try kinds(of: formula)
    guard kinds.input || !kinds.other else {
      outputAssertionCount += 1
      return
    }
    switch formula.head {
    case "and":
      for part in formula.arguments { try assert(part) }
    case "or":
      guard formula.arguments.count == 1, let only = formula.arguments.first else {
        throw unsupported(
          formula, "a disjunction over inputs is no convex domain; split the property")
      }
      try assert(only)
    case "<=", ">=", "=", "==":
      guard !kinds.other else {
        throw unsupported(formula, "inputs and outputs stand in one inequality")
      }
      try compare(formula)
    case let head:
      throw unsupported(
        formula, "expected and, <=, >= or = over inputs, found \(PrintableName(head ?? ""))")
    }
  }

  private mutating func compare(_ formula: Expression) throws(ModelFault) {
    let arguments = Array(formula.arguments)
    guard arguments.count == 2 else { throw fault(formula, "a comparison has two sides") }
    var difference = try linear(arguments[0])
    difference.add(try linear(arguments[1]), times: Dyadic(-1))
    if formula.head != ">=" { try add(difference, formula) }
    if formula.head != "<=" { try add(difference.scaled(by: Dyadic(-1)), formula) }
  }

  private mutating func add(_ form: LinearForm, _ formula: Expression) throws(ModelFault) {
    if let note = try constraints?.add(form, line: formula.line) { rowNotes.add(note) }
  }

  /// Which variables a formula mentions; every word in it must be known.
  private func kinds(
    of formula: Expression
  ) throws(ModelFault) -> (input: Bool, other: Bool) {
    switch formula {
    case .atom(let word, _):
      switch variables.variable(word) {
      case .input: return (true, false)
      case .other: return (false, true)
      case nil:
        guard DecimalParts(word) != nil else {
          throw fault(formula, "\(PrintableName(word)) is not declared")
        }
        return (false, false)
      }
    case .list:
      guard let head = formula.head, Self.operators.contains(head) else {
        throw fault(formula, "expected an operator, found \(PrintableName(formula.head ?? "("))")
      }
      var result = (input: false, other: false)
      for argument in formula.arguments {
        let part = try kinds(of: argument)
        result = (result.input || part.input, result.other || part.other)
      }
      return result
    }
  }

  private static let operators: Set<String> = [
    "and", "or", "not", "=>", "<=", ">=", "<", ">", "=", "==", "!=", "+", "-", "*", "/",
  ]

  // MARK: Terms

  private mutating func linear(_ term: Expression) throws(ModelFault) -> LinearForm {
    if case .atom(let word, let line) = term {
      if case .input(let index)? = variables.variable(word) { return LinearForm(input: index) }
      return LinearForm(constant: Dyadic(try decimals.read(word, place: "line \(line)")))
    }
    var forms: [LinearForm] = []
    for argument in term.arguments { forms.append(try linear(argument)) }
    guard let first = forms.first else { throw fault(term, "an operator without operands") }
    switch term.head {
    case "+": return forms.dropFirst().reduce(into: first) { $0.add($1, times: .one) }
    case "-" where forms.count == 1: return first.scaled(by: Dyadic(-1))
    case "-": return forms.dropFirst().reduce(into: first) { $0.add($1, times: Dyadic(-1)) }
    case "*": return try product(forms, term)
    case let head:
      throw unsupported(term, "expected +, - or *, found \(PrintableName(head ?? ""))")
    }
  }

  private func product(
    _ forms: [LinearForm], _ term: Expression
  ) throws(ModelFault) -> LinearForm {
    var result = LinearForm(constant: .one)
    for form in forms {
      if form.isConstant {
        result = result.scaled(by: form.constant)
      } else if result.isConstant {
        result = form.scaled(by: result.constant)
      } else {
        throw unsupported(term, "a product of variables is not linear")
      }
    }
    return result
  }

  private func fault(_ expression: Expression, _ reason: String) -> ModelFault {
    .malformed(place: "line \(expression.line)", reason: reason)
  }

  private func unsupported(_ expression: Expression, _ reason: String) -> ModelFault {
    .unsupported(place: "line \(expression.line)", reason: reason)
  }
}
