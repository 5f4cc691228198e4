"""What a column of a plan holds, and how columns stand in relations: exact cells, numbers as integers, values with the language's meaning."""
