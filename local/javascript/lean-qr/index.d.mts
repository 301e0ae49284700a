// The types of what the pages import by its file.

export { generate } from 'lean-qr'
