/// A symbolic expression of a property file.
indirect enum Expression {
  /// A word or number.
  case atom(String, line: Int)
  /// A list in parentheses.
  case list([Expression], line: Int)

  /// The line on which it begins.
  var line: Int {
    switch self {
    case .atom(_, let line), .list(_, let line): line
    }
  }

  /// The first word of a list.
  var head: String? {
    guard case .list(let elements, _) = self, case .atom(let word, _)? = elements.first else {
      return nil
    }
    return word
  }

  /// What follows the first word of a list.
  var arguments: ArraySlice<Expression> {
    if case .list(let elements, _) = self { elements.dropFirst() } else { [] }
  }

  /// The word of an atom.
  var word: String? {
    if case .atom(let word, _) = self { word } else { nil }
  }
}
