/// The variables that a property file declares, in either version of VNN-LIB.
struct PropertyVariables {
  private struct Tensor {
    let shape: [Int]
    let isInput: Bool
  }

  private var scalars: [String: PropertyVariable] = [:]
  private var tensors: [String: Tensor] = [:]
  private var declaredInputs: Set<Int> = []

  /// The number of inputs that are declared.
  var inputCount: Int {
    tensors.values.first { $0.isInput }.map { $0.shape.reduce(1, *) } ?? declaredInputs.count
  }

  /// True if the declared inputs are numbered from zero without a gap.
  var inputsAreComplete: Bool { declaredInputs.allSatisfy { $0 < declaredInputs.count } }

  /// Reads `(declare-const X_0 Real)` or `(declare-fun X_0 () Real)`.
  mutating func declareScalar(_ declaration: Expression) throws(ModelFault) {
    guard let name = declaration.arguments.first?.word, declaration.arguments.last?.word == "Real",
      declaration.arguments.count == (declaration.head == "declare-fun" ? 3 : 2)
    else { throw fault(declaration, "expected (declare-const NAME Real)") }
    let variable: PropertyVariable
    if let index = Self.index(of: name, prefix: "X_") {
      variable = .input(index)
      declaredInputs.insert(index)
    } else if Self.index(of: name, prefix: "Y_") != nil {
      variable = .other
    } else {
      throw fault(declaration, "expected a name such as X_0 or Y_0, found \(PrintableName(name))")
    }
    guard scalars.updateValue(variable, forKey: name) == nil else {
      throw fault(declaration, "\(PrintableName(name)) is declared twice")
    }
  }

  /// Reads `(declare-network N (declare-input X float32 [1,5]) (declare-output Y …))`.
  mutating func declareNetwork(_ declaration: Expression) throws(ModelFault) {
    guard tensors.isEmpty, scalars.isEmpty else {
      throw fault(declaration, "expected one network")
    }
    for part in declaration.arguments.dropFirst() {
      let arguments = Array(part.arguments)
      guard let head = part.head,
        ["declare-input", "declare-output", "declare-hidden"].contains(head),
        arguments.count >= 3, let name = arguments[0].word, let shapeText = arguments[2].word,
        let shape = Self.bracketed(shapeText)
      else {
        throw fault(part, "expected (declare-input NAME TYPE [SIZES]), -hidden or -output")
      }
      let isInput = head == "declare-input"
      guard !isInput || !tensors.values.contains(where: { $0.isInput }) else {
        throw fault(part, "expected one input, found a second")
      }
      guard Self.size(shape) != nil,
        tensors.updateValue(Tensor(shape: shape, isInput: isInput), forKey: name) == nil
      else { throw fault(part, "\(PrintableName(name)) is declared twice or too large") }
    }
    guard tensors.values.contains(where: { $0.isInput }) else {
      throw fault(declaration, "the network declares no input")
    }
  }

  /// The variable of that name, or nil if none is declared.
  func variable(_ name: String) -> PropertyVariable? {
    if let scalar = scalars[name] { return scalar }
    let base = name.prefix { $0 != "[" }
    guard let tensor = tensors[String(base)] else { return nil }
    let rest = String(name.dropFirst(base.count))
    guard let index = rest.isEmpty ? [] : Self.bracketed(rest), index.count == tensor.shape.count
    else { return nil }
    var position = 0
    for (i, size) in zip(index, tensor.shape) {
      guard i < size else { return nil }
      position = position * size + i
    }
    return tensor.isInput ? .input(position) : .other
  }

  private static func index(of name: String, prefix: String) -> Int? {
    guard name.hasPrefix(prefix) else { return nil }
    let digits = name.dropFirst(prefix.count)
    guard let index = Int(digits), String(index) == digits, index < ModelLimits.tensorElements
    else { return nil }
    return index
  }

  /// The numbers of a text such as `[1,5]`.
  private static func bracketed(_ text: String) -> [Int]? {
    guard text.hasPrefix("["), text.hasSuffix("]") else { return nil }
    let inside = text.dropFirst().dropLast()
    if inside.isEmpty { return [] }
    var numbers: [Int] = []
    for part in inside.split(separator: ",", omittingEmptySubsequences: false) {
      guard let number = Int(part), number >= 0, number <= ModelLimits.tensorElements,
        numbers.count < ModelLimits.tensorRank
      else { return nil }
      numbers.append(number)
    }
    return numbers
  }

  private static func size(_ shape: [Int]) -> Int? {
    var size = 1
    for number in shape {
      let product = size.multipliedReportingOverflow(by: number)
      guard !product.overflow, product.partialValue <= ModelLimits.tensorElements,
        product.partialValue > 0
      else { return nil }
      size = product.partialValue
    }
    return size
  }

  private func fault(_ expression: Expression, _ reason: String) -> ModelFault {
    .malformed(place: "line \(expression.line)", reason: reason)
  }
}
