export const metadata = { metadataBase: new URL('https://example.org') };

export default function Layout({ children }) {
  return (
    <html lang="en">
      <head>
        <link rel="icon" href="data:," />
        <style>{'img { max-width: 100%; height: auto }'}</style>
      </head>
      <body>{children}</body>
    </html>
  );
}
